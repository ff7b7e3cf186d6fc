import { describe, expect, test } from 'vitest'
import { factsOf } from './factsText.js'

describe('tables', () => {
  test('designated, nested with braces and with dots', () => {
    const { tables } = factsOf(`
static struct pci_driver sample_driver = {
	.name		= "sample",
	.probe		= sample_probe,
	.driver		= {
		.pm	= &sample_pm,
	},
	.driver.shutdown = sample_shutdown,
	.id_table	= sample_ids,
	.remove		= (void *)sample_remove,
};
`)
    expect(tables).toEqual([
      'file: pci_driver sample_driver.name = "sample"',
      'file: pci_driver sample_driver.probe = sample_probe',
      'file: pci_driver sample_driver.driver.pm = sample_pm',
      'file: pci_driver sample_driver.driver.shutdown = sample_shutdown',
      'file: pci_driver sample_driver.id_table = sample_ids',
      'file: pci_driver sample_driver.remove = sample_remove',
    ])
  })

  test('positional, one struct after the other', () => {
    const { tables } = factsOf(`
static const struct pci_reset_fn_method methods[] = {
	{ },
	{ pcie_reset_flr, "flr" },
	{ .reset_fn = pci_pm_reset, "pm" },
};
`)
    expect(tables).toEqual([
      'file: pci_reset_fn_method methods[0] = pcie_reset_flr',
      'file: pci_reset_fn_method methods.reset_fn = pci_pm_reset',
    ])
  })

  test('a macro around the functions stands for the field', () => {
    const { tables } = factsOf(
      'static const struct dev_pm_ops pm = {\n\tSET_SYSTEM_SLEEP_PM_OPS(a_suspend, a_resume)\n\t.poweroff = pm_ptr(off),\n};\n',
    )
    expect(tables).toEqual([
      'file: dev_pm_ops pm.SET_SYSTEM_SLEEP_PM_OPS = a_suspend',
      'file: dev_pm_ops pm.SET_SYSTEM_SLEEP_PM_OPS = a_resume',
      'file: dev_pm_ops pm.poweroff = off',
    ])
  })

  test('of a local struct, the function owns it', () => {
    expect(factsOf('void f(void)\n{\n\tstruct walk w = { .fn = g };\n}\n').tables).toEqual(['f: walk w.fn = g'])
  })

  test('constants, numbers and strings are no functions', () => {
    expect(factsOf('struct id ids[] = { { PCI_VENDOR_ID_INTEL, 0x10d3, "x" }, { .v = PCI_ANY_ID } };').tables).toEqual(
      [],
    )
  })
})

describe('structs', () => {
  test('the struct that a field has or points to, functions among the fields, and the order', () => {
    const { fields } = factsOf(`
struct pci_driver {
	const char *name;
	int (*probe)(struct pci_dev *dev, const struct pci_device_id *id);
	struct device_driver driver;
	u32 low:3, high:5;
	struct pci_bus *bus, **buses;
	callback_t fn;
	struct resource *resource;
	DECLARE_BITMAP(bits, 4);
};
`)
    expect(fields).toEqual([
      'pci_driver.probe: function @1',
      'pci_driver.driver: device_driver @2',
      'pci_driver.bus: pci_bus @5',
      'pci_driver.buses: pci_bus @6',
      'pci_driver.fn: callback_t @7',
      'pci_driver.resource: resource @8',
    ])
  })

  test('members of an unnamed struct or union are members of the outer one', () => {
    const { fields } = factsOf(
      'struct outer {\n\tint a;\n\tunion {\n\t\tvoid (*cb)(void);\n\t\tstruct inner *in;\n\t};\n};\n',
    )
    expect(fields).toContain('outer.cb: function @1')
    expect(fields).toContain('outer.in: inner @2')
  })

  test('typedef struct without a tag', () => {
    expect(factsOf('typedef struct {\n\tvoid (*fn)(void);\n} callback_t;\n').fields).toEqual([
      'callback_t.fn: function @0',
    ])
  })
})

test('variables that are structs', () => {
  const { variables } = factsOf('extern struct pci_raw_ops *raw_pci_ops;\nstatic struct x a, *b;\nint c;\nu8 d;\n')
  expect(variables).toEqual(['pci_raw_ops raw_pci_ops', 'x a', 'x b'])
})

test('registrations at file scope, with and without a semicolon', () => {
  const { fileMacros } = factsOf(`
module_pci_driver(sample_driver);
subsys_initcall(acpi_init);
DECLARE_PCI_FIXUP_CLASS_HEADER(PCI_ANY_ID, PCI_ANY_ID,
			       PCI_CLASS_BRIDGE_PCI, 8, quirk_bridge);
static DECLARE_WORK(my_work, my_work_fn);
MODULE_LICENSE("GPL");
EXPORT_SYMBOL(sample);
late_initcall(last)
`)
  expect(fileMacros).toEqual([
    'module_pci_driver(sample_driver)',
    'subsys_initcall(acpi_init)',
    'DECLARE_PCI_FIXUP_CLASS_HEADER(PCI_ANY_ID, PCI_ANY_ID, PCI_CLASS_BRIDGE_PCI, 8, quirk_bridge)',
    'DECLARE_WORK(my_work, my_work_fn)',
    'late_initcall(last)',
  ])
})
