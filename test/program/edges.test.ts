import { describe, expect, test } from 'vitest'
import { edgesOf, programOf, rootsText } from '../fixtures/memoryTree.js'

const one = (text: string) => programOf({ 'drivers/pci/a.c': text })
const edges = (text: string): string[] => edgesOf(one(text)).map((edge) => edge.replaceAll('a.c:', ''))
const roots = (text: string) => {
  const program = one(text)
  const of = (phase: 'boot' | 'shutdown' | 'userspace') =>
    rootsText(program, phase).map((root) => root.replaceAll('a.c:', ''))
  return { boot: of('boot'), shutdown: of('shutdown'), userspace: of('userspace') }
}

const PROBE = 'static int probe(struct pci_dev *dev) { return 0; }\n'
const DRIVER =
  'struct pci_driver {\n\tconst char *name;\n\tint (*probe)(struct pci_dev *dev);\n\tvoid (*shutdown)(struct pci_dev *dev);\n};\n'

describe('direct calls and macros', () => {
  test('a function calls another once, however often', () => {
    expect(edges('void b(void) { }\nvoid a(void) { b(); b(); }\n')).toEqual(['a -direct-> b'])
  })

  test('a macro that calls is a step of its own', () => {
    expect(edges('void b(int x) { }\n#define m(x) b((x) + 1)\nvoid a(void) { m(1); }\n')).toEqual([
      'a -macro-> m',
      'm -direct-> b',
    ])
  })

  test('a function made by token pasting is called by its name', () => {
    expect(
      edges(
        '#define OP(size) \\\nint read_##size(int x) \\\n{ \\\n\treturn low(x); \\\n}\nint low(int x) { return x; }\nOP(byte)\nvoid a(void) { read_byte(1); }\n',
      ),
    ).toEqual(['a -direct-> read_byte', 'read_byte -direct-> low'])
  })
})

describe('calls through a field', () => {
  const OPS =
    'struct ops { int (*write)(int x); int (*read)(int x); };\nint my_write(int x) { return x; }\nint my_read(int x) { return x; }\n'

  test.each([
    ['designated', 'struct ops o = { .write = my_write };'],
    ['positional', 'struct ops o = { my_write, my_read };'],
    ['assigned', 'void set(struct ops *p) { p->write = my_write; }'],
  ])('the struct picks the function: %s', (_, table) => {
    expect(edges(`${OPS}${table}\nvoid a(struct ops *p) { p->write(1); }\n`)).toEqual(['a -field-> my_write (ops)'])
  })

  test('a field of the same name in another struct is another', () => {
    const other = 'struct other { int (*write)(int x); };\nstruct other x = { .write = my_write };\n'
    expect(edges(`${OPS}${other}void a(struct ops *p) { p->write(1); }\n`)).toEqual([])
  })

  test('the struct is found through fields, results, variables and locals', () => {
    const types = `${OPS}struct bus { struct ops *ops; };\nstruct dev { struct bus *bus; };\nstruct ops o = { .write = my_write };\n`
    const calls = [
      'void a(struct dev *d) { d->bus->ops->write(1); }',
      'struct ops *get(void) { return 0; }\nvoid a(void) { get()->write(1); }',
      'struct ops *global;\nvoid a(void) { global->write(1); }',
      'void a(struct dev *d) { struct bus *b = d->bus; b->ops->write(1); }',
    ]
    for (const call of calls) expect(edges(`${types}${call}\n`)).toContain('a -field-> my_write (ops)')
  })

  test.each([
    ['a field of a field', 'struct dev { struct ops ops; };\nvoid set(struct dev *d) { d->ops.write = my_write; }'],
    [
      'a field of a global',
      'struct dev { struct ops *ops; };\nstruct dev one;\nvoid set(void) { one.ops->write = my_write; }',
    ],
    ['one side of a condition', 'void set(struct ops *p) { p->write = old ? my_write : 0; }'],
    ['the other side', 'void set(struct ops *p) { p->write = old ? 0 : my_write; }'],
    ['the same in a table', 'struct ops o = { .write = IS_OLD ? my_write : my_read, .read = my_read };'],
    [
      'copied from another struct',
      'struct over { int (*first)(int x); };\nstruct over o = { .first = my_write };\nvoid set(struct ops *p, const struct over *o) { p->write = o->first; }',
    ],
  ])('assigned: %s', (_, text) => {
    expect(edges(`${OPS}${text}\nvoid a(struct ops *p) { p->write(1); }\n`)).toContain('a -field-> my_write (ops)')
  })

  test('copies of copies, in any order and in a ring', () => {
    const structs = ['x', 'y', 'z'].map((s) => `struct ${s} { int (*f)(int x); };\n`).join('')
    const copies =
      'void c1(struct x *x, struct y *y) { x->f = y->f; }\nvoid c2(struct y *y, struct z *z) { y->f = z->f; z->f = y->f; }\n'
    const text = `${OPS}${structs}${copies}struct z one = { .f = my_read };\nvoid a(struct x *x) { x->f(1); }\n`
    expect(edges(text)).toEqual(['a -field-> my_read (x)'])
  })

  test('a local pointer is what its function put into it, and no other function did', () => {
    const table = 'struct ops o = { .write = my_write };\n'
    const call = (body: string): string[] =>
      edges(`${OPS}${table}void b(void) { int (*fn)(int x); fn = my_read; }\nvoid a(struct ops *p) { ${body} }\n`)
    expect(call('int (*fn)(int x) = p->write; fn(1);')).toEqual(['a -field-> my_write (ops)'])
    expect(call('ret_t (*fn)(int x); fn = my_read; fn(1);')).toEqual(['a -field-> my_read (fn)'])
    expect(call('write_fn fn; fn = p ? p->write : 0; fn(1);')).toEqual(['a -field-> my_write (ops)'])
    expect(call('int (*fn)(int x); fn(1);')).toEqual([])
  })

  test('an unknown struct is counted, not guessed', () => {
    const program = one(
      `${OPS}struct ops o = { .write = my_write };\nvoid a(void) { (*unknown)->write(1); what(1)->write(2); }\n`,
    )
    expect(edgesOf(program)).toEqual([])
    expect(program.unresolved.indirectCalls).toBe(2)
  })
})

describe('functions handed on', () => {
  const WALK =
    'void walk(struct bus *b, int (*cb)(struct dev *d), void *data)\n{\n\tcb(b);\n}\nint mine(struct dev *d) { return 0; }\n'

  test('the edge goes from who passes it, and names the walker', () => {
    expect(edges(`${WALK}void a(void) { walk(0, mine, 0); }\n`)).toEqual([
      'a -callback-> mine (walk)',
      'a -direct-> walk',
    ])
  })

  test('a walker that hands it to another walker', () => {
    const outer = 'void outer(int (*fn)(struct dev *d)) { walk(0, fn, 0); }\n'
    expect(edges(`${WALK}${outer}void a(void) { outer(mine); }\n`)).toContain('a -callback-> mine (outer)')
  })

  test('a walker that hides it in a local struct', () => {
    const hidden =
      'void outer(int (*fn)(struct dev *d))\n{\n\tstruct ctx c = { .fn = fn };\n\tgo(&c);\n}\nint mine(struct dev *d) { return 0; }\n'
    expect(edges(`${hidden}void a(void) { outer(mine); }\n`)).toContain('a -callback-> mine (outer)')
  })

  test('one that only stores it calls nobody', () => {
    const store =
      'void store(struct x *x, int (*fn)(struct dev *d)) { x->fn = fn; }\nint mine(struct dev *d) { return 0; }\n'
    expect(edges(`${store}void a(struct x *x) { store(x, mine); request_irq(1, mine); }\n`)).toEqual([
      'a -direct-> store',
    ])
  })

  test.each([
    ['work', 'INIT_WORK(&d->work, fn);', 'a -work-> fn (INIT_WORK)'],
    ['timer', 'timer_setup(&d->timer, fn, 0);', 'a -timer-> fn (timer_setup)'],
    ['kthread', 'kthread_run(fn, d, "name");', 'a -kthread-> fn (kthread_run)'],
    ['async', 'async_schedule(fn, d);', 'a -async-> fn (async_schedule)'],
  ])('%s', (_, statement, edge) => {
    expect(edges(`static void fn(struct work *w) { }\nvoid a(struct d *d) { ${statement} }\n`)).toEqual([edge])
  })

  test.each(['', 'static '])('a work item declared at file scope: %sDECLARE_WORK', (before) => {
    const text = `static void fn(struct work *w) { }\n${before}DECLARE_WORK(my_work, fn);\nvoid a(void) { schedule_work(&my_work); }\n`
    expect(edges(text)).toEqual(['a -work-> fn (my_work)'])
  })
})

describe('registrations and roots', () => {
  test('an initcall is a root of boot', () => {
    for (const macro of ['subsys_initcall', 'module_init', 'late_initcall_sync'])
      expect(roots(`static int start(void) { return 0; }\n${macro}(start);\n`)).toEqual({
        boot: ['initcall start'],
        shutdown: [],
        userspace: [],
      })
  })

  test('the entry points of the phases', () => {
    expect(roots('void start_kernel(void) { }\nvoid machine_kexec(void) { }\n')).toEqual({
      boot: ['entry start_kernel'],
      shutdown: ['entry machine_kexec'],
      userspace: [],
    })
  })

  test('who registers a driver leads to its probe; its shutdown is a root', () => {
    const text = `${DRIVER}${PROBE}static void down(struct pci_dev *dev) { }
static struct pci_driver drv = { .name = "x", .probe = probe, .shutdown = down };
static int start(void) { return pci_register_driver(&drv); }
module_init(start);
`
    expect(edges(text)).toEqual(['start -registration-> probe (.probe of struct pci_driver drv)'])
    expect(roots(text)).toEqual({ boot: ['initcall start'], shutdown: ['registration down'], userspace: [] })
  })

  test('a driver that a macro registers: its probe is a root', () => {
    const text = `${DRIVER}${PROBE}static struct pci_driver drv = { .probe = probe };\nmodule_pci_driver(drv);\n`
    expect(edges(text)).toEqual([])
    expect(roots(text).boot).toEqual(['registration probe'])
  })

  test('taking a driver away leads nowhere', () => {
    const text = `${DRIVER}${PROBE}static struct pci_driver drv = { .probe = probe };\nvoid stop(void) { pci_unregister_driver(&drv); }\n`
    expect(edges(text)).toEqual([])
  })

  test("the driver core's call reaches nobody: every driver is there", () => {
    const text = `${DRIVER}${PROBE}static struct pci_driver drv = { .probe = probe };\nint call(struct pci_driver *d) { return d->probe(0); }\n`
    expect(edges(text)).toEqual([])
  })

  test('a fixup is a root, except at suspend and resume', () => {
    const fixup = (pass: string): string => `DECLARE_PCI_FIXUP_${pass}(PCI_ANY_ID, PCI_ANY_ID, quirk);\n`
    const text = 'static void quirk(struct pci_dev *dev) { }\n'
    for (const pass of ['EARLY', 'HEADER', 'FINAL', 'ENABLE'])
      expect(roots(text + fixup(pass)).boot).toEqual(['fixup quirk'])
    for (const pass of ['SUSPEND', 'SUSPEND_LATE', 'RESUME', 'RESUME_EARLY'])
      expect(roots(text + fixup(pass))).toEqual({ boot: [], shutdown: [], userspace: [] })
    expect(roots(text + fixup('RESUME') + fixup('HEADER')).boot).toEqual(['fixup quirk'])
    const byClass = 'DECLARE_PCI_FIXUP_CLASS_FINAL(PCI_ANY_ID, PCI_ANY_ID, PCI_CLASS_BRIDGE_PCI, 8, quirk);\n'
    expect(roots(text + byClass).boot).toEqual(['fixup quirk'])
  })

  test('a VFIO device is opened in userspace', () => {
    const text =
      'static int open(struct vfio_device *v) { return 0; }\nstatic const struct vfio_device_ops ops = { .open_device = open };\n'
    expect(roots(text)).toEqual({ boot: [], shutdown: [], userspace: ['registration open'] })
  })
})

describe('more roots', () => {
  test.each(['early_param', '__setup'])('a word of the command line: %s', (macro) => {
    const text = `static int parse(char *word) { return 0; }\n${macro}("console", parse);\n`
    expect(roots(text)).toEqual({ boot: ['parameter parse'], shutdown: [], userspace: [] })
  })

  test('a table of early quirks: each is for the ids beside it, and the call through the table reaches none', () => {
    const text = `struct chipset { u32 vendor; u32 device; void (*f)(int num, int slot, int func); };
static void mend(int num, int slot, int func) { }
static struct chipset quirks[] = { { 0x8086, PCI_ANY_ID, mend }, { } };
void scan(int i) { quirks[i].f(0, 0, 0); }
`
    expect(edges(text)).toEqual([])
    expect(roots(text).boot).toEqual(['fixup mend'])
  })

  test('a hook that is assigned: reached from who sets it, a root in the other phases', () => {
    const hooks = 'static int probe(struct device *dev) { return 0; }\nstatic void down(struct device *dev) { }\n'
    const struct = 'struct bus_driver { struct device_driver driver; };\n'
    const text = `${struct}${hooks}int add(struct bus_driver *d) { d->driver.probe = probe; d->driver.shutdown = down; return 0; }\n`
    expect(edges(text)).toEqual(['add -registration-> probe (.probe of struct device_driver)'])
    expect(roots(text)).toEqual({
      boot: [],
      shutdown: ['registration down'],
      userspace: [],
    })
  })

  test.each(['RUNTIME_PM_OPS', 'SET_RUNTIME_PM_OPS'])('runtime PM inside of a table: %s', (macro) => {
    const fns = ['off', 'on', 'idle', 'sleep', 'wake'].map((f) => `static int ${f}(struct device *d) { return 0; }\n`)
    const table = `static const struct dev_pm_ops ops = { SET_SYSTEM_SLEEP_PM_OPS(sleep, wake) ${macro}(off, on, idle) };\n`
    expect(roots(`${fns.join('')}${table}`).userspace.map((root) => root.split(' ')[1])).toEqual(['idle', 'off', 'on'])
  })

  test('runtime PM of a table that a macro makes', () => {
    const text = `static int down(struct device *d) { return 0; }
static int up(struct device *d) { return 0; }
DEFINE_RUNTIME_DEV_PM_OPS(ops, down, up, NULL);
`
    expect(roots(text)).toEqual({ boot: [], shutdown: [], userspace: ['registration down', 'registration up'] })
  })

  test('an interrupt, work and a reboot notifier', () => {
    const text = `static int handle(int irq, void *d) { return 0; }
static void later(struct work *w) { }
static int leaving(struct notifier_block *n, unsigned long a, void *d) { return 0; }
static struct notifier_block out = { .notifier_call = leaving };
void a(struct d *d) { request_irq(1, handle, 0, "x", d); INIT_WORK(&d->w, later); register_reboot_notifier(&out); }
`
    expect(roots(text)).toEqual({
      boot: [],
      shutdown: ['notifier leaving'],
      userspace: ['interrupt handle', 'work later'],
    })
  })
})

describe('taking an address is no call', () => {
  test.each([
    ['a sysfs attribute', 'device_attribute', 'store'],
    ['file operations', 'file_operations', 'write'],
    ['an ioctl', 'net_device_ops', 'ndo_eth_ioctl'],
    ['power management', 'dev_pm_ops', 'suspend'],
    ['error handlers', 'pci_error_handlers', 'slot_reset'],
  ])('%s', (_, tag, field) => {
    const text = `struct ${tag} { int (*${field})(int x); };
static int handler(int x) { return x; }
static struct ${tag} table = { .${field} = handler };
void a(struct ${tag} *t) { register_it(&table); t->${field}(1); }
`
    expect(edges(text)).toEqual([])
    expect(Object.values(roots(text)).flat()).toEqual([])
  })

  test('an interrupt handler', () => {
    expect(
      edges('static int irq(int n, void *d) { return 0; }\nvoid a(void) { request_irq(1, irq, 0, "x", 0); }\n'),
    ).toEqual([])
  })
})
