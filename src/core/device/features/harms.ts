/** Words of comments for what is harmed, by the kind of traffic; features put their own together from them. */
export const DMA_HARMS = ['dma', 'in flight', 'in-flight', 'outstanding', 'tlp', 'memory request', 'upstream request']
export const P2P_HARMS = ['p2p', 'peer-to-peer', 'peer to peer', 'mmio', 'bar access']
export const ROUTING_HARMS = [
  'requester id',
  'requesterid',
  'completion',
  'routing',
  'rid',
  'bdf',
  'iommu',
  'enumeration',
]
export const RESET_HARMS = [
  'state is lost',
  'state of the device',
  'internal state',
  'device state',
  'loses',
  'reinitialize',
]
export const LINK_HARMS = ['retrain', 'link down', 'replay', 'stall', 'latency']
export const TRANSLATION_HARMS = [
  'translation',
  'iotlb',
  'page fault',
  'page request',
  'iommu',
  'untranslated',
  'fault',
]
