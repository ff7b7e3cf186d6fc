import { clear, defineFeature, set } from './defineFeature.js'
import { DMA_HARMS } from './harms.js'

/** Width of the tags that a requester uses (PCIe r6.0 §2.2.6.2). */
export const tags = defineFeature({
  name: 'tags',
  title: 'Tags',
  registers: [
    { register: 'PCI_EXP_DEVCTL', bits: ['PCI_EXP_DEVCTL_EXT_TAG'] },
    { register: 'PCI_EXP_DEVCTL2', bits: ['PCI_EXP_DEVCTL2_10BIT_TAG_REQ_EN'] },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'A completion is matched to its request by requester id and tag. The bits choose 5, 8 or 10 bits for the tag.',
        source: 'PCIe r6.0 §2.2.6.2',
      },
    ],
    why: [
      {
        text: 'If a bit changes while requests are outstanding, the result is undefined: completions may not be matched.',
        source: 'PCIe r6.0 §7.5.3.4',
      },
    ],
    coldBoot: [
      {
        text: 'pci_configure_extended_tags() sets the bit, or clears it below a host bridge with no_ext_tags. It writes nothing if the bit is as wanted, and for VFs.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'Nothing in drivers/pci writes the 10-bit tag enable.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of extended tags. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'The RFC guarded them without a reason.', source: 'RFC20' },
      { text: 'No reviewer has said anything on 10-bit tags; the decision is open.', source: 'SURVEY' },
    ],
  },
  scenarios: [
    {
      id: 'tags/extended',
      title: 'Extended tags are turned on where they are on',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_EXT_TAG')],
      by: {
        text: 'pci_configure_extended_tags(), which skips it then',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    },
    {
      id: 'tags/short',
      title: 'Extended tags are turned off',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_EXT_TAG')],
      by: {
        text: 'pci_configure_extended_tags() below a host bridge with no_ext_tags',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    },
  ],
  reasons: {
    words: ['tag', 'extended tag', 'ext_tag', '10-bit'],
    harms: [...DMA_HARMS, 'completion', 'matched'],
    justification:
      'We cannot use the cold boot flow for extended tags because it requires PCI_EXP_DEVCTL_EXT_TAG to be changed with requests outstanding and that will break the matching of their completions.',
  },
})
