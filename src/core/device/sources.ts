/** The mails and patches that decisions rest on, by the tag that reports quote. */
const SOURCES: Readonly<Record<string, string>> = {
  BH1: 'Bjorn Helgaas, 29 Sep 2025, reply to PCI live update v2 09/10',
  CL0: 'Chris Li, 28 Jul 2025, cover letter of the RFC (00/25)',
  DM1: 'David Matlack, 26 Nov 2025, cover letter of the VFIO live update series v1',
  'V7-11': 'David Matlack, 10 Jul 2026, PCI live update v7, patch 11',
  VF5: 'Vipin Sharma, 14 Jul 2026, VFIO live update v5',
}

/** Who said it and when; null if the tag is not known. */
export function sourceTitle(tag: string): string | null {
  return Object.hasOwn(SOURCES, tag) ? SOURCES[tag]! : null
}
