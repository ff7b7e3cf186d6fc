// SPDX-License-Identifier: MIT
#include <linux/device.h>

struct kimage {
	unsigned int preserve_context:1;
};

struct kimage *kexec_image;
bool kexec_in_progress;

void machine_kexec(struct kimage *image);
int kernel_kexec(void);

int kernel_kexec(void)
{
	if (kexec_image->preserve_context) {
		/* There and back again, as in hibernation: nothing is handed over. */
		dpm_suspend_start();
	} else {
		kexec_in_progress = true;
		device_shutdown();
	}
	machine_kexec(kexec_image);
	return 0;
}
