import { describe, expect, test } from 'vitest'
import { factsOf } from './factsText.js'

const inFunction = (statements: string, parameters = 'struct pci_dev *dev') =>
  factsOf(`int f(${parameters})\n{\n${statements}\n}\n`)

describe('calls through a field', () => {
  test.each([
    ['dev->driver->probe(dev);', 'f -> struct pci_dev.driver.probe'],
    ['(*dev->hook)(dev);', 'f -> struct pci_dev.hook'],
    ['dev->bus->parent->ops->write(dev);', 'f -> struct pci_dev.bus.parent.ops.write'],
    ['global_ops->read(dev);', 'f -> global_ops.read'],
    ['methods[3].reset_fn(dev, 1);', 'f -> methods.reset_fn'],
    ['methods[index(dev)].reset_fn(dev, 1);', 'f -> methods.reset_fn'],
    ['get_ops(dev)->write(dev);', 'f -> get_ops().write'],
    ['unknown_t *x = 0; x->go();', 'f -> struct unknown_t.go'],
    ['struct pci_bus *bus = dev->bus, *other; other->ops->read(1);', 'f -> struct pci_bus.ops.read'],
  ])('%s', (statement, expected) => {
    expect(inFunction(statement).fieldCalls).toEqual([expected])
  })

  test('a call inside the arguments of another', () => {
    const { calls, fieldCalls } = inFunction('outer(inner(1), dev->ops->get(dev), last());')
    expect(calls).toEqual(['f -> outer', 'f -> inner', 'f -> last'])
    expect(fieldCalls).toEqual(['f -> struct pci_dev.ops.get'])
  })

  test('words that only look like calls', () => {
    const { calls } = inFunction(
      'if (a) return (b); while (c) sizeof(d); for (;;) switch (e) { case (1): ; } typeof(f) g;',
    )
    expect(calls).toEqual([])
  })
})

describe('functions as values', () => {
  test('handed to a call, assigned to a field, returned', () => {
    const { values, assignments } = inFunction(
      'pci_walk_bus(dev, my_cb, NULL);\ndev->callback = &my_handler;\nreturn other;',
    )
    expect(values).toEqual(['f: my_cb is argument 1 of pci_walk_bus()', 'f: other is returned'])
    expect(assignments).toEqual(['f: struct pci_dev.callback = my_handler'])
  })

  test.each([
    ['x86_init.iommu.iommu_init = my_init;', ['f: x86_init.iommu.iommu_init = my_init']],
    ['dev->dev.release = my_release;', ['f: struct pci_dev.dev.release = my_release']],
    ['to_ops(dev)->reset = my_reset;', ['f: to_ops().reset = my_reset']],
    ['dev->run = is_old ? old_run : new_run;', ['f: struct pci_dev.run = old_run', 'f: struct pci_dev.run = new_run']],
    ['dev->run = call(a ? b : c);', []],
    ['dev->reset = dev->ops.reset;', ['f: struct pci_dev.reset = struct pci_dev.ops.reset']],
    ['dev->reset = dev->a + dev->b;', []],
    ['ret_t (*fn)(int a); fn = my_fn; fn(1);', ['f: local fn = my_fn']],
    ['int (*fn)(int a) = dev->ops.get; fn(1);', ['f: local fn = struct pci_dev.ops.get']],
    [
      'my_fn_t fn = dev->a ? dev->ops.get : NULL; fn = c ? a : dev->b;',
      ['f: local fn = struct pci_dev.ops.get', 'f: local fn = a', 'f: local fn = struct pci_dev.b'],
    ],
    ['int x; struct s *p; x = other; p = another;', []],
    ['dev->reset = -dev->b;', []],
    ['dev->x = 1; switch (dev->x) { case A: b; }', []],
  ])('%s', (statement, expected) => {
    expect(inFunction(statement).assignments).toEqual(expected)
  })

  test('a local, a constant and a computed value are none', () => {
    const { values, assignments } = inFunction(
      'int rc = 0;\nuse(rc, PCI_COMMAND, a + b, dev);\ndev->x = rc;\nreturn rc;',
    )
    expect([...values, ...assignments]).toEqual([])
  })
})

describe('a parameter that is a function', () => {
  const WALKER = 'struct pci_bus *top, int (*cb)(struct pci_dev *dev, void *data), void *data'

  test.each([
    ['cb(dev, data);', 'f: parameter 1 is called'],
    ['walk(top->child, cb, data);', 'f: parameter 1 is argument 1 of walk()'],
    ['struct walker w = { .fn = cb };', 'f: parameter 1 is put into a local struct'],
    ['struct walker w; w.fn = cb;', 'f: parameter 1 is put into a local struct'],
  ])('%s', (statement, expected) => {
    expect(inFunction(statement, WALKER).handedOn).toContain(expected)
  })

  test('of a typedef, it may be one; of a base type it is none', () => {
    expect(inFunction('run(fn);', 'work_func_t fn').handedOn).toEqual(['f: parameter 0 is argument 0 of run()'])
    expect(inFunction('run(n);', 'int n').handedOn).toEqual([])
    expect(inFunction('run(dev);').handedOn).toEqual([])
  })
})

test('a local that is a function pointer is called, not a function of its name', () => {
  const { calls } = inFunction('int (*local)(int) = target;\nlocal(1);\nfnptr_t other = target;\nother(2);')
  expect(calls).toEqual(['f -> *local', 'f -> *other'])
})

test("locals of one function are nobody else's", () => {
  const { calls } = factsOf('void f(void)\n{\n\tcb_t g = x;\n\tg();\n}\nvoid h(void)\n{\n\tg();\n}\n')
  expect(calls).toEqual(['f -> *g', 'h -> g'])
})
