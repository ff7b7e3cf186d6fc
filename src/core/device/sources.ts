/** The mails, series and code that decisions rest on, by the tag that reports quote. */
const SOURCES: Readonly<Record<string, string>> = {
  BH1: 'Bjorn Helgaas, 29 Sep 2025, reply to PCI live update v2 09/10',
  CL0: 'Chris Li, 28 Jul 2025, cover letter of the RFC (00/25)',
  CL1: 'Chris Li, 29 Jul 2025, reply to Thomas Gleixner on RFC 20/25',
  CL2: 'Chris Li, 29 Jul 2025, reply on RFC 20/25 with the rule of no write between freeze and finish',
  DM1: 'David Matlack, 26 Nov 2025, cover letter of the VFIO live update series v1',
  'DM1-05': 'David Matlack, 26 Nov 2025, VFIO live update v1 05/21',
  DM2: 'David Matlack, 29 Apr 2026, reply on PCI live update v4 05/11',
  IOM: 'IOMMU live update v5, 21 Sep 2026, the Intel code',
  JG1: 'Jason Gunthorpe, 28 Jul 2025, reply to RFC 20/25',
  JG2: 'Jason Gunthorpe, 31 Jul 2025, reply on RFC 20/25',
  JG3: 'Jason Gunthorpe, 2 Aug 2025, reply on RFC 20/25',
  JG4c: 'Jason Gunthorpe, 3 Oct 2025, reply on PCI live update v2 03/10',
  JG5a: 'Jason Gunthorpe, 29 Nov 2025, reply on VFIO live update v1 02/21',
  JG5c: 'Jason Gunthorpe, 2 Dec 2025 10:59, reply on VFIO live update v1 02/21',
  JG5d: 'Jason Gunthorpe, 2 Dec 2025 14:19, reply on VFIO live update v1 02/21',
  JG6: 'Jason Gunthorpe, 8 and 9 Jun 2026, reply on PCI live update v6 08/12',
  JP: 'Jacob Pan, 27 Apr 2026, reply to PCI live update v4 05/11',
  LW3: 'Lukas Wunner, 18 Oct 2025, reply to the VFIO live update RFC 16/21',
  LW4: 'Lukas Wunner, 29 Nov 2025, reply on VFIO live update v1 02/21',
  PS: 'Pranjal Shrivastava, 7 to 9 Jun 2026, reply on PCI live update v6 08/12',
  RFC20: 'Chris Li, 28 Jul 2025, RFC 20/25, the patch itself',
  SURVEY: 'The mails on PCI live update from the RFC to v9, read in October 2026: no reviewer speaks of it',
  TG: 'Thomas Gleixner, 28 Jul 2025, reply to RFC 20/25',
  V7: 'David Matlack, 10 Jul 2026, PCI live update v7, cover letter',
  'V7-05': 'David Matlack, 10 Jul 2026, PCI live update v7, patch 5',
  'V7-08': 'David Matlack, 10 Jul 2026, PCI live update v7, patch 8',
  'V7-09': 'David Matlack, 10 Jul 2026, PCI live update v7, patch 9',
  'V7-10': 'David Matlack, 10 Jul 2026, PCI live update v7, patch 10',
  'V7-11': 'David Matlack, 10 Jul 2026, PCI live update v7, patch 11',
  V9: 'David Matlack, 18 Sep 2026, PCI live update v9, drivers/pci/liveupdate.c as applied',
  V9p: 'David Matlack, 18 Sep 2026, PCI live update v9, drivers/pci/probe.c as applied',
  VF5: 'Vipin Sharma, 14 Jul 2026, VFIO live update v5',
  VS1: 'Vipin Sharma, 20 Oct 2025, reply on the VFIO live update RFC 00/21',
  'VS-14': 'Vipin Sharma, Oct 2025, VFIO live update RFC 14/21',
  'VS-17': 'Vipin Sharma, Oct 2025, VFIO live update RFC 17/21',
}

/** Who said it and when; null if the tag is not known. */
export function sourceTitle(tag: string): string | null {
  return Object.hasOwn(SOURCES, tag) ? SOURCES[tag]! : null
}
