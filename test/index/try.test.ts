import { test } from 'vitest'
import { factsOf } from './factsText.js'
const T = (t: string, p?: string) => { const {bodies, ...r} = factsOf(t, p) as any; console.log(t); for (const k in r) if (Object.keys(r[k]).length) console.log(k, JSON.stringify(r[k])); console.log(JSON.stringify(bodies)) }
test('x', () => {
T(`static int
plain(void)
{
	return 1;
}
static inline __must_check struct pci_dev *
get(struct pci_bus *bus, unsigned int devfn)
{
	return find(bus);
}
void __init early(void) { a(); }
int __weak pcibios(struct pci_dev *dev) { b(); }
__attribute__((unused)) static int attr(int a) __attribute__((cold));
static __attribute__((noinline)) int attr2(int a) { c(); }
SYSCALL_DEFINE2(reboot, int, magic, int, cmd)
{
	kernel_kexec();
}
int (*lookup(int op))(struct pci_dev *)
{
	return op ? first : second;
}
old(a, b) int a; char *b; { d(); }
asmlinkage __visible void __init __no_sanitize_address start_kernel(void)
{
	setup_arch(&command_line);
}
EXPORT_SYMBOL(plain);
`)
T(`
#ifdef CONFIG_A
static int f(int a)
{
#else
static int f(void)
{
#endif
	g();
}
static void h(void)
{
#ifdef CONFIG_B
	if (x) {
#else
	if (y) {
#endif
		i();
	}
}
static void j(void) { k(); }
#if 0
static void dead(void) { gone(); }
#else
static void live(void) { here(); }
#endif
#if 1
#elif 0
#endif
`)
T(`
#define PCI_OP_WRITE(size, type, len) \\
int pci_bus_write_config_##size(struct pci_bus *bus, type value) \\
{ \\
	return bus->ops->write(bus, len, value); \\
}
PCI_OP_WRITE(byte, u8, 1)
PCI_OP_WRITE(word, u16, 2)
#define pci_pme_off(dev) pci_pme_active((dev), false)
#define ALIAS other_name
#define alias2 other_name
#define CONSTANT 5
#define BITS(x) ((x) & 3)
#define CALLS do { a(); b(); } while (0)
static void u(void) { pci_pme_off(d); CALLS; alias2(1); }
`)
T(`
struct dev_pm_ops { int (*suspend)(struct device *); int (*resume)(struct device *); };
struct device_driver { const char *name; const struct dev_pm_ops *pm; };
struct pci_driver { const char *name; int (*probe)(struct pci_dev *dev, const struct id *id); struct device_driver driver; struct { u8 a; struct pci_bus *bus; } in; union { int x; void (*cb)(void); }; u32 bit:3, other:2; };
static struct pci_driver d = { .name = "x", .probe = my_probe, .driver = { .pm = &my_pm, }, };
static const struct reset m[] = { { }, { flr, "flr" }, { pm_reset, "pm" }, };
static struct pci_driver nested = { .driver.pm = &other_pm, .probe = IS_ENABLED(X) ? a : b, };
struct dev_pm_ops my_pm = { SET_SYSTEM_SLEEP_PM_OPS(sus, res) };
typedef struct { void (*fn)(void); } callback_t;
struct x y, *z;
module_pci_driver(d);
subsys_initcall(init);
DECLARE_PCI_FIXUP_HEADER(PCI_VENDOR_ID_INTEL, 0x1234, quirk_it);
DECLARE_PCI_FIXUP_HEADER(1, 2,
  quirk_two)
`)
T(`
int walk(struct pci_bus *top, int (*cb)(struct pci_dev *dev, void *d), void *data)
{
	struct pci_dev *dev = first(top), *next;
	struct walker w = { .fn = cb };
	cb(dev, data);
	walk(top->child, cb, data);
	w.fn = cb;
	dev->driver->probe(dev);
	get_ops(dev)->write(dev);
	global_ops->read(dev);
	(*dev->hook)(dev);
	((struct a *)dev)->cast(dev);
	arr[3].fn(1);
	pci_walk_bus(top, my_cb, NULL);
	dev->callback = my_handler;
	return other;
	fnptr_t fp = target; fp(3);
	int (*local)(int) = target2; local(1);
	list[i++](x);
}
static void user(void (*fn)(void)) { run(0, fn); }
`)
T(`static void s(void)
{
	char c = '{', d = '"', e = '\\'', *f = "}{ /* no comment */ \\" }";
	/* a { brace */ // another }
	g(); /* unclosed in line
	*/ h();
}
static void t(void) { i(); }
`)
T('static void crlf(void)\r\n{\r\n\tg();\r\n}\r\n#define A(x) \\\r\n  b(x)\r\nvoid two(void)\r\n{\r\n\tA(1);\r\n}\r\n')
T('static void u(void) { g("no end\n h(); }\nvoid after(void) { i(); }\n')
T('static void u(void)\n{ if (x) { g();\n}\nvoid after(void)\n{\n i();\n}\n')
T('static void u(void) { g(); /* never closed\n void after(void) { i(); }\n')
T('void u(void\n{\n g();\n}\nvoid after(void)\n{\n i();\n}\n')
})
