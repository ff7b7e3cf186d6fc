/** Conditions put before, around and behind a write of a real function: guards of every form, and what only looks like one. */

export interface Form {
  readonly name: string
  /** `D` is the written device, `CALL` the write without its semicolon. `G` is a guard that is true for a device handed over, `Z` one that is 0. */
  readonly text: string
}

const forms = (table: Readonly<Record<string, string>>): readonly Form[] =>
  Object.entries(table).map(([name, text]) => ({ name, text }))

export const RIGHT: readonly Form[] = forms({
  'wrapped block': 'if (!G(D)) { CALL; }',
  wrapped: 'if (!G(D))\n\t\tCALL;',
  'early return': 'if (G(D))\n\t\treturn;\n\tCALL;',
  else: 'if (G(D)) lu_nop(); else CALL;',
  'else if': 'if (lu_x) lu_nop(); else if (G(D)) return; else CALL;',
  '&&': 'if (lu_x && !G(D)) CALL;',
  '|| that returns': 'if (lu_x || G(D)) return; CALL;',
  '! twice': 'if (!!G(D)) return; CALL;',
  unlikely: 'if (unlikely(G(D))) return; CALL;',
  '== NULL': 'if (G(D) == NULL) CALL;',
  '!= 0': 'if (G(D) != 0) return; CALL;',
  'a constant first': 'if (false != G(D)) return; CALL;',
  ternary: 'G(D) ? 0 : CALL;',
  goto: 'if (G(D)) goto lu_out; CALL; lu_out: lu_nop();',
  switch: 'switch (Z(D)) { case 0: break; default: CALL; }',
  'zero return': 'if (!Z(D)) return; CALL;',
  'zero return, compared': 'if (Z(D) == 0) return; CALL;',
  'zero return in a local': 'int lu_r = Z(D); if (lu_r) CALL;',
  'zero return, assigned': 'int lu_r; lu_r = Z(D); if (!lu_r) return; CALL;',
  'do once': 'do { if (G(D)) break; CALL; } while (0);',
  'loop with continue': 'while (lu_x--) { if (G(D)) continue; CALL; }',
  'loop with break': 'for (;;) { if (G(D)) break; CALL; }',
  'a local': 'bool lu_g = G(D); if (!lu_g) CALL;',
  'a local turned round': 'const bool lu_g = !G(D); if (lu_g) CALL;',
  'a field': 'if (!D->liveupdate.incoming) CALL;',
  'another field': 'if (D->liveupdate.was_incoming) return; CALL;',
  'for every device': 'if (!pci_liveupdate_preserve_bus_numbers()) CALL;',
  'another name of the device': 'struct pci_dev *lu_d = D; if (G(lu_d)) return; CALL;',
  'a configured feature': 'if (IS_ENABLED(CONFIG_PCI_LIVEUPDATE) && G(D)) return; CALL;',
  'not negative': 'if (pci_liveupdate_reclaim_resource(D) < 0) CALL;',
  'saved state': 'PCI_SER_GET(D, lu_state, CALL);',
  'in a condition': 'if (G(D) || lu_x) { lu_nop(); } else { CALL; }',
})

export const WRONG: readonly Form[] = forms({
  'wrong polarity': 'if (G(D)) CALL;',
  'wrong polarity, early': 'if (!G(D)) return; CALL;',
  'zero taken for no': 'if (!Z(D)) CALL;',
  'zero taken for no, early': 'if (Z(D)) return; CALL;',
  'another device': 'struct pci_dev *lu_o = lu_other(); if (G(lu_o)) return; CALL;',
  'the bridge above': 'if (!G(D->bus->self)) CALL;',
  'after the write': 'CALL; if (G(D)) return;',
  'one branch only': 'if (lu_x) { if (G(D)) return; } CALL;',
  'one case only': 'switch (lu_x) { case 1: if (G(D)) break; lu_nop(); default: CALL; }',
  'dead condition': 'if (0 && G(D)) return; CALL;',
  'dead branch': 'if (0) { if (G(D)) return; } CALL;',
  'a local of the name': 'bool pci_lu_adopt = lu_x; if (pci_lu_adopt) return; CALL;',
  'a pointer of the name': 'int (*pci_lu_adopt)(void *) = lu_fn; if (pci_lu_adopt(D)) return; CALL;',
  comment: '/* if (G(D)) return; */ CALL;',
  'line comment': '// if (!G(D))\n\tCALL;',
  string: 'lu_log("if (!G(D)) {"); CALL;',
  'another struct': 'struct lu_priv *lu_p = lu_get(D); if (lu_p->liveupdate.incoming) return; CALL;',
  'another field': 'if (D->lu_incoming) return; CALL;',
  'answer ignored': '(void)G(D); CALL;',
  'answer overwritten': 'bool lu_g = G(D); lu_g = false; if (!lu_g) CALL;',
  'answer of an inner block': 'bool lu_g = lu_x; { bool lu_g = G(D); lu_use(lu_g); } if (lu_g) return; CALL;',
  'empty statement': 'if (G(D)) ; CALL;',
  'a label behind it': 'if (lu_x) goto lu_in; if (G(D)) return; lu_in: CALL;',
  'not compiled': '\n#if 0\n\tif (G(D)) return;\n#endif\n\tCALL;',
  'one bit of the answer': 'if (!(G(D) & 2)) CALL;',
  'any of two': 'if (!G(D) || lu_x) CALL;',
  'asked too late in a loop': 'while (lu_x--) { CALL; if (G(D)) break; }',
})

export const TRUE_GUARDS = [
  'pci_lu_adopt',
  'pci_liveupdate_is_incoming',
  'pci_liveupdate_incoming_is_preserved',
] as const
export const ZERO_GUARDS = ['pci_liveupdate_adopt_acs', 'pci_liveupdate_enable_acs'] as const

/** Forms that need more than one function; `FN(dev)` calls the real one, `D` is the parameter that is written. */
export const RIGHT_ACROSS: readonly Form[] = forms({
  'in the only caller': 'static void lu_caller(struct pci_dev *d) { if (G(d)) return; FN(d); }',
  'in every caller':
    'static void lu_a(struct pci_dev *d) { if (!G(d)) FN(d); }\nstatic void lu_caller(struct pci_dev *d) { lu_a(d); if (!G(d)) FN(d); }',
  'by a helper':
    'static bool lu_keeps(struct pci_dev *d) { return G(d); }\nstatic void lu_caller(struct pci_dev *d) { if (lu_keeps(d)) return; FN(d); }',
  'by a helper with returns':
    'static int lu_go(struct pci_dev *d) { if (G(d)) return 0; return 1; }\nstatic void lu_caller(struct pci_dev *d) { if (lu_go(d)) FN(d); }',
  'by a parameter':
    'static void lu_step(struct pci_dev *d, bool keep) { if (!keep) FN(d); }\nstatic void lu_caller(struct pci_dev *d) { lu_step(d, G(d)); }',
  'by a field':
    'static void lu_note(struct pci_dev *d) { d->lu_keep = G(d); }\nstatic void lu_caller(struct pci_dev *d) { lu_note(d); if (d->lu_keep) return; FN(d); }',
})

export const WRONG_ACROSS: readonly Form[] = forms({
  'in one of two callers':
    'static void lu_a(struct pci_dev *d) { FN(d); }\nstatic void lu_caller(struct pci_dev *d) { lu_a(d); if (!G(d)) FN(d); }',
  'by a helper turned round':
    'static bool lu_keeps(struct pci_dev *d) { return !G(d); }\nstatic void lu_caller(struct pci_dev *d) { if (lu_keeps(d)) return; FN(d); }',
  'by a helper with a way around':
    'static bool lu_keeps(struct pci_dev *d) { if (lu_x) return false; return G(d); }\nstatic void lu_caller(struct pci_dev *d) { if (lu_keeps(d)) return; FN(d); }',
  'by a parameter that one caller leaves open':
    'static void lu_step(struct pci_dev *d, bool keep) { if (!keep) FN(d); }\nstatic void lu_caller(struct pci_dev *d) { lu_step(d, G(d)); lu_step(d, false); }',
  'by a field that is set elsewhere too':
    'static void lu_note(struct pci_dev *d) { d->lu_keep = G(d); }\nstatic void lu_other(struct pci_dev *d) { d->lu_keep = lu_x; }\nstatic void lu_caller(struct pci_dev *d) { lu_note(d); if (d->lu_keep) return; FN(d); }',
  'by a function of the guard’s name':
    'static bool pci_lu_adopt(struct pci_dev *d) { return lu_x; }\nstatic void lu_caller(struct pci_dev *d) { if (pci_lu_adopt(d)) return; FN(d); }',
  'for another device':
    'static void lu_caller(struct pci_dev *d) { struct pci_dev *o = lu_next(d); if (G(o)) return; FN(d); }',
})
