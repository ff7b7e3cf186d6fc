import { beforeAll, describe, expect, test } from 'vitest'
import type { CParser } from '../../src/core/functions/parser.js'
import { cParser } from '../../src/node/wasm.js'
import { writesOf } from '../functions/writesOf.js'

/**
 * One function a case. `WRITE(expected)` is a write of `dev` and says what must be found of it: open, guarded, or the
 * status where it is another.
 */

let parser: CParser
beforeAll(async () => {
  parser = await cParser()
})

const STATUS: Readonly<Record<string, string>> = {
  open: 'unguarded',
  guarded: 'guarded',
  crash: 'crash',
  partial: 'partial',
  other: 'wrong-device',
}

function check(body: string, parameters = 'struct pci_dev *dev, int x'): void {
  const expected: string[] = []
  const text = body.replace(/WRITE\((\w+)(?:, ([^)]+))?\)/g, (_, status: string, device = 'dev') => {
    expected.push(STATUS[status]!)
    return `pci_write_config_word(${device}, PCI_COMMAND, 0)`
  })
  expect(expected.length).toBeGreaterThan(0)
  const found = writesOf(parser, `int f(${parameters})\n{\n${text}\n}\n`)
  expect(found.map(({ guard }) => guard.status)).toEqual(expected)
}

describe('forms of guards', () => {
  test.each([
    ['early return', 'if (pci_lu_adopt(dev)) return 0; WRITE(guarded);'],
    ['wrapped', 'if (!pci_lu_adopt(dev)) { WRITE(guarded); x++; } WRITE(open);'],
    ['wrapped without braces', 'if (!pci_lu_adopt(dev)) WRITE(guarded); WRITE(open);'],
    ['else', 'if (pci_lu_adopt(dev)) WRITE(open); else WRITE(guarded);'],
    ['else if', 'if (x) ; else if (pci_lu_adopt(dev)) return 0; else WRITE(guarded); WRITE(open);'],
    ['&&', 'if (x && !pci_lu_adopt(dev)) WRITE(guarded);'],
    ['&& that is left early', 'if (x && pci_lu_adopt(dev)) return 0; WRITE(partial);'],
    ['||', 'if (x || pci_lu_adopt(dev)) return 0; WRITE(guarded);'],
    ['|| that lets others in', 'if (x || !pci_lu_adopt(dev)) WRITE(partial);'],
    ['! twice', 'if (!!pci_lu_adopt(dev)) return 0; WRITE(guarded);'],
    ['! around both', 'if (!(x || pci_lu_adopt(dev))) WRITE(guarded);'],
    ['== NULL', 'if (pci_lu_adopt(dev) == NULL) WRITE(guarded); else WRITE(open);'],
    ['!= NULL', 'if (pci_lu_adopt(dev) != NULL) return 0; WRITE(guarded);'],
    ['NULL ==', 'if (NULL == pci_lu_adopt(dev)) WRITE(guarded); else WRITE(open);'],
    ['0 >', 'if (0 > pci_liveupdate_reclaim_resource(dev)) WRITE(guarded); else WRITE(open);'],
    ['== true', 'if (pci_liveupdate_is_incoming(dev) == true) return 0; WRITE(guarded);'],
    ['!= true', 'if (pci_liveupdate_is_incoming(dev) != true) WRITE(guarded); else WRITE(open);'],
    ['one bit of an answer', 'if (!(pci_liveupdate_is_incoming(dev) & 2)) WRITE(open);'],
    ['likely and unlikely', 'if (unlikely(pci_lu_adopt(dev))) return 0; WRITE(guarded);'],
    ['ternary', 'return pci_lu_adopt(dev) ? 0 : WRITE(guarded);'],
    ['ternary the other way round', 'return pci_lu_adopt(dev) ? WRITE(open) : 0;'],
    ['&& as a statement', '!pci_lu_adopt(dev) && WRITE(guarded);'],
    ['goto', 'if (pci_lu_adopt(dev)) goto out; WRITE(guarded); out: x++; WRITE(open);'],
    ['goto over nothing', 'if (pci_lu_adopt(dev)) goto out; x++; out: WRITE(open);'],
    [
      'switch, 0 = adopted',
      'switch (pci_liveupdate_adopt_ari(dev)) { case 0: return 0; default: break; } WRITE(guarded);',
    ],
    ['switch that goes on', 'switch (pci_liveupdate_adopt_ari(dev)) { case 0: x++; default: break; } WRITE(open);'],
    ['loop with continue', 'while (x--) { if (pci_lu_adopt(dev)) continue; WRITE(guarded); } WRITE(open);'],
    ['loop with break', 'while (x--) { if (pci_lu_adopt(dev)) break; WRITE(guarded); }'],
    ['loop condition', 'while (!pci_lu_adopt(dev)) WRITE(guarded); WRITE(open);'],
    ['for', 'for (x = 0; x < 2 && !pci_lu_adopt(dev); x++) WRITE(guarded);'],
    ['do', 'do { WRITE(open); } while (!pci_lu_adopt(dev));'],
    ['nested', 'if (x) { if (pci_lu_adopt(dev)) return 0; WRITE(guarded); } else { WRITE(open); } WRITE(open);'],
    [
      'on both branches',
      'if (x) { if (pci_lu_adopt(dev)) return 0; } else if (pci_lu_adopt(dev)) return 0; WRITE(guarded);',
    ],
    ['statement expression', 'x = ({ if (pci_lu_adopt(dev)) return 0; 1; }); WRITE(guarded);'],
  ])('%s', (_, body) => check(body))
})

describe('a local that holds the guard', () => {
  test.each([
    ['initialised', 'bool keep = pci_lu_adopt(dev); if (keep) return 0; WRITE(guarded);'],
    ['assigned', 'bool keep; keep = pci_lu_adopt(dev); if (!keep) WRITE(guarded); WRITE(open);'],
    ['assigned in the condition', 'struct pci_dev_ser *s; if ((s = pci_lu_adopt(dev))) return 0; WRITE(guarded);'],
    ['negated', 'bool cold = !pci_lu_adopt(dev); if (cold) WRITE(guarded); else WRITE(open);'],
    ['of two others', 'bool keep = pci_lu_adopt(dev) || x; if (keep) return 0; WRITE(guarded);'],
    ['the answer of a zero guard', 'int rc = pci_liveupdate_adopt_acs(dev); if (!rc) return 0; WRITE(guarded);'],
    ['overwritten', 'bool keep = pci_lu_adopt(dev); keep = x; if (keep) return 0; WRITE(open);'],
    ['overwritten on one way', 'bool keep = pci_lu_adopt(dev); if (x) keep = false; if (keep) return 0; WRITE(open);'],
    ['written through a pointer', 'bool keep = pci_lu_adopt(dev); ask(&keep); if (keep) return 0; WRITE(open);'],
    ['of another name', 'bool keep = pci_lu_adopt(dev), other = x; if (other) return 0; WRITE(open);'],
    ['never asked', 'bool keep = pci_lu_adopt(dev); WRITE(open);'],
  ])('%s', (_, body) => check(body))
})

describe('polarity and kind of the guard', () => {
  test.each([
    ['zero means adopted', 'if (!pci_liveupdate_adopt_acs(dev)) return 0; WRITE(guarded);'],
    ['zero means adopted, compared', 'if (pci_liveupdate_adopt_acs(dev) == 0) return 0; WRITE(guarded);'],
    ['negative means not adopted', 'if (pci_liveupdate_adopt_acs(dev) < 0) WRITE(guarded); else WRITE(open);'],
    ['read the wrong way round', 'if (pci_liveupdate_adopt_acs(dev)) return 0; WRITE(open);'],
    ['truth read the wrong way round', 'if (!pci_lu_adopt(dev)) return 0; WRITE(open);'],
    ['not negative means adopted', 'if (pci_liveupdate_reclaim_resource(dev) < 0) WRITE(guarded);'],
    ['not negative, tested for zero only', 'if (pci_liveupdate_reclaim_resource(dev) != 0) WRITE(open);'],
    ['a field', 'if (dev->dev.lu.requested) return 0; WRITE(guarded);'],
    ['bits of a field', 'if (dev->dev.lu.flags & (LU_BUSMASTER | LU_BUSMASTER_BRIDGE)) return 0; WRITE(guarded);'],
    ['global', 'if (pci_liveupdate_preserve_bus_numbers()) return 0; WRITE(guarded);'],
    ['the second argument', 'if (pci_liveupdate_refuse_bus_numbers(bus, dev)) return 0; WRITE(guarded);'],
    ['kexec_in_progress is none', 'if (kexec_in_progress) return 0; WRITE(open);'],
    ['a function of a longer name is none', 'if (pci_lu_adopt_all(dev)) return 0; WRITE(open);'],
    ['a method of that name is none', 'if (dev->ops->pci_lu_adopt(dev)) return 0; WRITE(open);'],
  ])('%s', (_, body) => check(body))
})

describe('which device', () => {
  test.each([
    ['the bridge above', 'if (pci_lu_adopt(dev)) return 0; WRITE(other, dev->bus->self);'],
    [
      'the bridge above, in a local',
      'struct pci_dev *bridge = dev->bus->self; if (pci_lu_adopt(dev)) return 0; WRITE(other, bridge);',
    ],
    ['the device below', 'if (pci_lu_adopt(dev->bus->self)) return 0; WRITE(other);'],
    [
      'the bridge, asked itself',
      'struct pci_dev *bridge = dev->bus->self; if (pci_lu_adopt(bridge)) return 0; WRITE(guarded, bridge);',
    ],
    ['an alias', 'struct pci_dev *pdev = dev; if (pci_lu_adopt(pdev)) return 0; WRITE(guarded);'],
    [
      'ARI forwarding is asked of the device below',
      'struct pci_dev *bridge = dev->bus->self; if (!pci_liveupdate_adopt_ari(dev)) return 0; WRITE(guarded, bridge);',
    ],
    ['another device by then', 'if (pci_lu_adopt(dev)) return 0; dev = next(dev); WRITE(open);'],
    [
      'another device in each round',
      'if (pci_lu_adopt(dev)) return 0; list_for_each_entry(dev, &bus->devices, bus_list) WRITE(open);',
    ],
    [
      'asked in each round',
      'list_for_each_entry(dev, &bus->devices, bus_list) { if (pci_lu_adopt(dev)) continue; WRITE(guarded); }',
    ],
    ['another device after the loop', 'if (pci_lu_adopt(dev)) return 0; for_each_pci_dev(dev) x++; WRITE(open);'],
    [
      'the same device, whatever its resources',
      'if (pci_lu_adopt(dev)) return 0; pci_dev_for_each_resource(dev, res) WRITE(guarded);',
    ],
    [
      'both asked',
      'if (pci_lu_adopt(dev) || pci_lu_adopt(dev->bus->self)) return 0; WRITE(guarded); WRITE(guarded, dev->bus->self);',
    ],
  ])('%s', (_, body) => check(body))

  test('whether a second parameter is the same device cannot be told: it is no guard of this one', () => {
    check('if (pci_lu_adopt(other)) return 0; WRITE(open);', 'struct pci_dev *dev, struct pci_dev *other')
  })

  test('a flag of that name in another struct is none', () => {
    check('if (o->liveupdate.incoming) return 0; WRITE(open);', 'struct pci_dev *dev, struct other *o')
  })

  test('a parameter or a local of a guard’s name is none', () => {
    check('if (pci_lu_adopt(dev)) return 0; WRITE(open);', 'struct pci_dev *dev, int (*pci_lu_adopt)(void *)')
    check('bool (*pci_lu_adopt)(void *) = no; if (pci_lu_adopt(dev)) return 0; WRITE(open);')
  })

  test('a local that an inner block hides is not followed', () => {
    check('bool s = x; if (x) { bool s = pci_lu_adopt(dev); use(s); } if (s) return 0; WRITE(open);')
  })

  test('a condition that never holds keeps nothing', () => {
    check('if (0 && pci_lu_adopt(dev)) return 0; WRITE(open);')
  })

  test('values that stand for the answer', () => {
    check('bool s = pci_lu_adopt(dev) ? true : false; if (s) return 0; WRITE(guarded);')
    check('if (({ pci_lu_adopt(dev); })) return 0; WRITE(guarded);')
    check('switch (pci_lu_adopt(dev) != NULL) { case true: return 0; } WRITE(guarded);')
  })
})

describe('what is no guard', () => {
  test.each([
    ['the write comes first', 'WRITE(open); if (pci_lu_adopt(dev)) return 0; WRITE(guarded);'],
    ['on one branch only', 'if (x) { if (pci_lu_adopt(dev)) return 0; } WRITE(open);'],
    ['its answer thrown away', 'pci_lu_adopt(dev); WRITE(open);'],
    ['an empty body', 'if (pci_lu_adopt(dev)) { /* later */ } WRITE(open);'],
    ['in a comment', '/* if (pci_lu_adopt(dev)) return; */ WRITE(open);'],
    ['in a string', 'pr_info("if (pci_lu_adopt(dev)) return;"); WRITE(open);'],
    ['in sizeof', 'if (sizeof(pci_lu_adopt(dev)) == x) return 0; WRITE(open);'],
    ['its address', 'if (pci_lu_adopt) return 0; WRITE(open);'],
    ['a variable of its name', 'if (pci_lu_adopt_done) return 0; WRITE(open);'],
    ['dead code behind it', 'if (pci_lu_adopt(dev)) return 0; else return 1; x++; { WRITE(open); }'],
  ])('%s', (_, body) => check(body))
})

describe('crashing in place of a guard', () => {
  test.each([
    ['BUG_ON', 'BUG_ON(pci_lu_adopt(dev)); WRITE(crash);'],
    ['BUG_ON of either', 'BUG_ON(x || pci_lu_adopt(dev)); WRITE(crash);'],
    ['BUG_ON of both', 'BUG_ON(x && pci_lu_adopt(dev)); WRITE(open);'],
    ['BUG() under an if', 'if (pci_lu_adopt(dev)) BUG(); WRITE(crash);'],
    ['panic()', 'if (pci_lu_adopt(dev)) panic("no"); WRITE(crash);'],
    ['a real guard as well', 'BUG_ON(pci_lu_adopt(dev)); if (pci_lu_adopt(dev)) return 0; WRITE(guarded);'],
    ['WARN_ON that goes on', 'WARN_ON(pci_lu_adopt(dev)); WRITE(open);'],
    ['WARN_ON that leaves', 'if (WARN_ON(pci_lu_adopt(dev))) return 0; WRITE(guarded);'],
  ])('%s', (_, body) => check(body))
})

test('the condition that guards is named, with its place in the file', () => {
  const text =
    'int f(struct pci_dev *dev)\n{\n\tif (pci_lu_adopt( dev ))\n\t\treturn 0;\n\tpci_write_config_word(dev, PCI_COMMAND, 0);\n}\n'
  const [write] = writesOf(parser, text)
  expect(write!.guard.condition).toBe('pci_lu_adopt( dev )')
  expect(text.slice(write!.guard.at!)).toMatch(/^pci_lu_adopt\( dev \)/)
})
