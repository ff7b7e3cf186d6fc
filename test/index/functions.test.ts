import { describe, expect, test } from 'vitest'
import { factsOf } from './factsText.js'

describe('heads of functions', () => {
  test('the result on a line of its own, attributes before and behind, weak and init', () => {
    const { functions, lines, calls } = factsOf(`
static int
plain(void)
{
	return one();
}

static inline __must_check struct pci_dev *
get(struct pci_bus *bus, unsigned int devfn)
{
	return two(bus);
}
void __init early(void) { three(); }
int __weak pcibios_enable(struct pci_dev *dev) { return four(); }
static __attribute__((noinline)) int odd(int a) { return five(); }
asmlinkage __visible void __init __no_sanitize_address start_kernel(void)
{
	six();
}
EXPORT_SYMBOL_GPL(get);
`)
    expect(functions).toEqual([
      'plain static',
      'get static inline',
      'early init',
      'pcibios_enable weak',
      'odd static',
      'start_kernel init',
    ])
    expect(lines).toMatchObject({ plain: 3, get: 9, start_kernel: 16 })
    expect(calls).toEqual([
      'plain -> one',
      'get -> two',
      'early -> three',
      'pcibios_enable -> four',
      'odd -> five',
      'start_kernel -> six',
    ])
  })

  test('a declaration is no function, whatever follows its parameters', () => {
    const { functions } = factsOf(`
int declared(struct pci_dev *dev);
static int with_attribute(int a) __attribute__((cold));
extern void __init other(void) __cold;
typedef int (*handler_t)(struct pci_dev *dev);
static int (*pointer)(void) = target;
`)
    expect(functions).toEqual([])
  })

  test('attributes that take arguments behind the head, comments between them', () => {
    const { functions, calls } = factsOf(`
static int expand_files(struct files_struct *files, unsigned int nr)
	__releases(files->file_lock) /* dropped */
	__acquires(files->file_lock)
{
	return expand_fdtable(files, nr);
}
`)
    expect(functions).toEqual(['expand_files static'])
    expect(calls).toEqual(['expand_files -> expand_fdtable'])
  })

  test('SYSCALL_DEFINE names the function after its first argument', () => {
    const { functions, calls } = factsOf('SYSCALL_DEFINE2(reboot, int, magic, int, cmd)\n{\n\tkernel_kexec();\n}\n')
    expect(functions).toEqual(['sys_reboot'])
    expect(calls).toEqual(['sys_reboot -> kernel_kexec'])
  })

  test('the text of a function goes from its head to its closing brace', () => {
    const { bodies } = factsOf('int before;\n/** doc */\nstatic int f(void)\n{\n\treturn 1;\n}\nint after;\n')
    expect(bodies.f).toBe('static int f(void)\n{\n\treturn 1;\n}')
  })
})

describe('conditional compilation', () => {
  test('both branches are read, each function knows its condition', () => {
    const { functions } = factsOf(`
#ifdef CONFIG_PCI_ATS
void pci_ats_init(struct pci_dev *dev) { real(); }
#else
static inline void pci_ats_init(struct pci_dev *dev) { }
#endif
#if defined(CONFIG_A) && \\
    !defined(CONFIG_B)
void a(void) { x(); }
#elif IS_ENABLED(CONFIG_C)
void c(void) { x(); }
#else
void d(void) { x(); }
#endif
void free(void) { x(); }
`)
    expect(functions).toEqual([
      'pci_ats_init, if CONFIG_PCI_ATS',
      'pci_ats_init static inline, if !(CONFIG_PCI_ATS)',
      'a, if defined(CONFIG_A) && !defined(CONFIG_B)',
      'c, if !(defined(CONFIG_A) && !defined(CONFIG_B))&&IS_ENABLED(CONFIG_C)',
      'd, if !(defined(CONFIG_A) && !defined(CONFIG_B))&&!(IS_ENABLED(CONFIG_C))',
      'free',
    ])
  })

  test('what stands under #if 0 is not there; its #else is', () => {
    const { functions, calls } = factsOf(`
#if 0
void dead(void) { gone(); }
#if 1
void dead_too(void) { gone(); }
#endif
#else
void live(void) { here(); }
#endif
`)
    expect(functions).toEqual(['live'])
    expect(calls).toEqual(['live -> here'])
  })

  test('an opening brace in each branch, closed once, is one block', () => {
    const { functions, calls } = factsOf(`
static void one(void)
{
#ifdef CONFIG_B
	if (x) {
#else
	if (y) {
#endif
		inside();
	}
}
static void two(void) { next(); }
`)
    expect(functions).toEqual(['one static', 'two static'])
    expect(calls).toEqual(['one -> inside', 'two -> next'])
  })

  test('a block that only the first branch opens stays open behind #endif', () => {
    const { calls } = factsOf(`
void one(void)
{
#ifdef CONFIG_B
	if (x) {
#else
	first();
#endif
		inside();
#ifdef CONFIG_B
	}
#endif
	behind();
}
`)
    expect(calls).toEqual(['one -> first', 'one -> inside', 'one -> behind'])
  })

  test('a head with its brace in each branch is one function, and the next one is not lost', () => {
    const { functions, calls } = factsOf(`
#ifdef CONFIG_A
static int f(int a)
{
#else
static int f(void)
{
#endif
	g();
}
static void next(void) { h(); }
`)
    expect(functions).toEqual(['f static, if CONFIG_A', 'next static'])
    expect(calls).toContain('f -> g')
    expect(calls).toContain('next -> h')
  })

  test("a header's include guard is no condition", () => {
    const text = '#ifndef _PCI_H\n#define _PCI_H\nstatic inline int f(void) { return g(); }\n#endif\n'
    expect(factsOf(text, 'include/linux/pci.h').functions).toEqual(['f static inline'])
    expect(factsOf(text, 'drivers/pci/pci.c').functions).toEqual(['f static inline, if !_PCI_H'])
  })

  test('the files that are included', () => {
    expect(factsOf('#include <linux/pci.h>\n# include "../pci.h"\n/* #include "not.h" */\n').includes).toEqual([
      'linux/pci.h',
      '../pci.h',
    ])
  })
})

describe('macros', () => {
  test('a macro that pastes a name together defines a function where it is used', () => {
    const { functions, lines, fieldCalls } = factsOf(`
#define PCI_OP_WRITE(size, type, len) \\
int pci_bus_write_config_##size(struct pci_bus *bus, int pos, type value) \\
{ \\
	return bus->ops->write(bus, pos, len, value); \\
}
PCI_OP_WRITE(byte, u8, 1)
PCI_OP_WRITE(word, u16, 2)
`)
    expect(functions).toEqual(['pci_bus_write_config_byte expanded', 'pci_bus_write_config_word expanded'])
    expect(lines).toEqual({ pci_bus_write_config_byte: 7, pci_bus_write_config_word: 8 })
    expect(fieldCalls).toEqual([
      'pci_bus_write_config_byte -> struct pci_bus.ops.write',
      'pci_bus_write_config_word -> struct pci_bus.ops.write',
    ])
  })

  test('a macro that calls stands between the caller and the called', () => {
    const { functions, calls } = factsOf(`
#define pci_pme_off(dev)	pci_pme_active((dev), false)
#define TWICE(dev) do { first(dev); \\
	second(dev); } while (0)
#define alias_of	other_name
#define BITS(x)		((x) & 3)
#define CONSTANT	5
static void f(void) { pci_pme_off(d); TWICE(d); alias_of(d); }
`)
    expect(functions).toEqual(['pci_pme_off macro', 'TWICE macro', 'alias_of macro', 'f static'])
    expect(calls).toEqual([
      'pci_pme_off -> pci_pme_active',
      'TWICE -> first',
      'TWICE -> second',
      'alias_of -> other_name',
      'f -> pci_pme_off',
      'f -> TWICE',
      'f -> alias_of',
    ])
  })

  test('a #define inside a function does not end it', () => {
    const { functions, calls } = factsOf(
      'void f(void)\n{\n#define PUT(x) put(x)\n\tPUT(1);\n\tg();\n#undef PUT\n}\nvoid h(void) { i(); }\n',
    )
    expect(functions).toEqual(['f', 'PUT macro', 'h'])
    expect(calls).toEqual(['PUT -> put', 'f -> PUT', 'f -> g', 'h -> i'])
  })
})

describe('what is no code', () => {
  test('braces and calls in strings, characters and comments', () => {
    const { calls } = factsOf(`
static void f(void)
{
	char open = '{', quote = '"', tick = '\\'', *text = "}{ a(); /* not a comment */ \\" }";
	/* b(); { */ // c(); } \\
	   d(); still the comment above
	e(); /* over
	two lines */ g();
}
static void after(void) { h(); }
`)
    expect(calls).toEqual(['f -> e', 'f -> g', 'after -> h'])
  })

  test('carriage returns change nothing', () => {
    const unix = 'static void f(void)\n{\n\tg();\n}\n#define A(x) \\\n  b(x)\nvoid two(void)\n{\n\tA(1);\n}\n'
    const { bodies: _, ...facts } = factsOf(unix.replaceAll('\n', '\r\n'))
    const { bodies: __, ...same } = factsOf(unix)
    expect(facts).toEqual(same)
  })
})

describe('while somebody is typing', () => {
  const AFTER = 'void after(void)\n{\n\tlast();\n}\n'
  test.each([
    ['a brace that is not closed', 'void f(void)\n{\n\tif (x) {\n\t\tg();\n}\n'],
    ['a parenthesis in a head', 'void f(void\n{\n\tg();\n}\n'],
    ['a parenthesis in a body', 'void f(void)\n{\n\tg(1;\n}\n'],
    ['a string', 'void f(void)\n{\n\tg("no end);\n}\n'],
    ['a character', "void f(void)\n{\n\tg('x);\n}\n"],
    ['a table', 'static struct pci_driver d = {\n\t.probe = p,\n\t.driver = {\n}\n'],
    ['an #endif', 'void f(void)\n{\n#ifdef A\n\tg();\n}\n'],
    ['an expression', 'void f(void)\n{\n\tx = g(1) +\n}\n'],
  ])('%s missing costs nothing below', (_, broken) => {
    const { functions, calls, lines } = factsOf(broken + AFTER)
    expect(functions.at(-1)).toMatch(/^after\b/)
    expect(calls).toContain('after -> last')
    expect(lines.after).toBe(broken.split('\n').length)
  })

  test('a comment that is not closed takes the rest, as in C', () => {
    expect(factsOf(`void f(void) { g(); /* never closed\n${AFTER}`).functions).toEqual(['f'])
  })
})
