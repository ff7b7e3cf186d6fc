/*
 * What measuredByLinux.json holds was printed by this program: as init's child in an initramfs under QEMU, no drivers
 * bound (pci-pf-stub for the VFs), pcie_ports=compat. Static: gcc -O1 -static configMasks.c
 * A line: width, offset, as read, after all ones, after zero, after the old value is put back, the ones as written.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fd;

static uint32_t get(int at, int width)
{
	uint32_t value = 0;

	return pread(fd, &value, width, at) == width ? value : 0xffffffff;
}

static void put(int at, int width, uint32_t value)
{
	if (pwrite(fd, &value, width, at) != width)
		perror("pwrite");
}

static int express(void)
{
	int found = 0;

	for (int at = get(0x34, 1) & 0xfc, left = 48; at >= 0x40 && left; at = get(at + 1, 1) & 0xfc, left--)
		if (get(at, 1) == 0x10)
			found = at;
	return found;
}

/* All ones but for what resets: FLR in Device Control, Secondary Bus Reset in Bridge Control. */
static uint32_t ones(int at, int width, int exp)
{
	uint32_t all = width == 4 ? 0xffffffff : (1u << (8 * width)) - 1;

	for (int i = 0; i < width; i++) {
		if (exp && at + i == exp + 9)
			all &= ~(0x80u << (8 * i));
		if ((get(0x0e, 1) & 0x7f) == 1 && at + i == 0x3e)
			all &= ~(0x40u << (8 * i));
	}
	return all;
}

static void measure(const char *slot)
{
	char path[300], bytes[4096];
	int size, exp;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", slot);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return;
	size = pread(fd, bytes, sizeof(bytes), 0);
	exp = express();
	printf("DEV %s %d\n", slot, size);
	for (int width = 4; width >= 1; width /= 2)
		for (int at = 0; at < size; at += width) {
			uint32_t written = ones(at, width, exp), old = get(at, width), high, low, back;

			put(at, width, written);
			high = get(at, width);
			put(at, width, 0);
			low = get(at, width);
			put(at, width, old);
			back = get(at, width);
			if (high != low || high != old || back != old)
				printf("%d %x %x %x %x %x %x\n", width, at, old, high, low, back, written);
		}
	close(fd);
}

static int after(const void *a, const void *b)
{
	return strcmp(*(char *const *)b, *(char *const *)a);
}

/*
 * The highest slots first: what is below a bridge before the bridge, VFs before their PF. Slots named as arguments are
 * left out: the host bridge and the ISA bridge of q35, whose registers move config space itself.
 */
int main(int argc, char **argv)
{
	DIR *devices = opendir("/sys/bus/pci/devices");
	char *slots[256];
	int count = 0;

	for (struct dirent *one; devices && count < 256 && (one = readdir(devices));)
		if (one->d_name[0] != '.')
			slots[count++] = strdup(one->d_name);
	qsort(slots, count, sizeof(*slots), after);
	for (int i = 0; i < count; i++) {
		int left_out = 0;

		for (int k = 1; k < argc; k++)
			left_out |= !strcmp(argv[k], slots[i]);
		if (!left_out)
			measure(slots[i]);
	}
	return 0;
}
