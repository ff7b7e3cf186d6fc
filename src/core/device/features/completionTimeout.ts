import { defineFeature, set, value } from './defineFeature.js'
import { DMA_HARMS } from './harms.js'

/** Completion Timeout (PCIe r6.0 §2.8), and how a root port answers config requests that are to be repeated. */
export const completionTimeout = defineFeature({
  name: 'completion-timeout',
  title: 'Completion timeout',
  registers: [
    {
      register: 'PCI_EXP_DEVCTL2',
      bits: ['PCI_EXP_DEVCTL2_COMP_TIMEOUT', 'PCI_EXP_DEVCTL2_COMP_TMOUT_DIS'],
    },
    { register: 'PCI_EXP_RTCTL', bits: ['PCI_EXP_RTCTL_RRS_SVE'] },
  ],
  owner: 'Drivers; PCI core for RRS software visibility',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'How long a requester waits for a completion before it gives up. With RRS software visibility a root port lets software see that a device is not ready yet.',
        source: 'PCIe r6.0 §7.5.3.16',
      },
    ],
    why: [
      {
        text: 'A new time may be applied to requests that are outstanding or only to later ones. A shorter one can end a read that was only slow.',
        source: 'PCIe r6.0 §7.5.3.16',
      },
    ],
    coldBoot: [
      {
        text: 'Enumeration does not write the timeout. A few drivers do, for their own device, in probe.',
        source: 'Linux 6.12 drivers/net/ethernet/chelsio/cxgb4/t4_hw.c',
      },
      {
        text: 'pci_enable_rrs_sv() sets the visibility bit on every root port that has it, whether it is set or not.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    ],
    decided: [
      { text: 'No reviewer has said anything on the completion timeout; the decision is open.', source: 'SURVEY' },
      {
        text: 'The RFC guarded RRS software visibility; enumeration asks that guard before its state exists.',
        source: 'RFC20',
      },
    ],
  },
  scenarios: [
    {
      id: 'completion-timeout/range',
      title: 'A driver chooses another range',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_EXP_DEVCTL2', 0xd, 0xf)],
      by: {
        text: 'the probe of cxgb4',
        source: 'Linux 6.12 drivers/net/ethernet/chelsio/cxgb4/t4_hw.c',
      },
    },
    {
      id: 'completion-timeout/off',
      title: 'A driver turns the timeout off',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_COMP_TMOUT_DIS')],
      by: { text: 'the probe of rtlwifi', source: 'Linux 6.12 drivers/net/wireless/realtek/rtlwifi/pci.c' },
    },
    {
      id: 'completion-timeout/rrs',
      title: 'RRS software visibility is turned on',
      on: 'root-port',
      phase: 'boot',
      writes: [set('PCI_EXP_RTCTL', 'PCI_EXP_RTCTL_RRS_SVE')],
      by: { text: 'pci_enable_rrs_sv()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
  ],
  reasons: {
    words: ['completion timeout', 'timeout', 'rrs', 'crs'],
    harms: [...DMA_HARMS, 'completion', 'slow'],
    justification: null,
  },
})
