import { hasRegister, isSet, type PciFunction } from '../fabric.js'
import { register } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_ACS_SV = 0x1
const PCI_ACS_TB = 0x2
const PCI_ACS_RR = 0x4
const PCI_ACS_UF = 0x10

/** Access Control Services (PCIe r6.0 §6.12, §7.7.11): what a port does with requests that come from below. */
export const acs = defineCapability({
  name: 'ACS',
  list: 'extended',
  id: 0x0d,
  registers: ({ read }) => [
    register({ name: 'PCI_ACS_CAP', offset: 0x04, width: 2, source: 'PCIe r6.0 §7.7.11.2' }),
    register({
      name: 'PCI_ACS_CTRL',
      offset: 0x06,
      width: 2,
      readWrite: read(0x04, 2) & 0x7f,
      source: 'PCIe r6.0 §7.7.11.3',
    }),
    ...(read(0x04, 2) & 0x20
      ? [
          register({
            name: 'PCI_ACS_EGRESS_CTL_V',
            offset: 0x08,
            width: 4,
            readWrite: 0xffffffff,
            source: 'PCIe r6.0 §7.7.11.4',
          }),
        ]
      : []),
  ],
})

/** Requests from below go up to be validated there, whatever sibling their address belongs to. */
export function redirectsRequests(port: PciFunction): boolean {
  return isSet(port, 'PCI_ACS_CTRL', PCI_ACS_RR)
}

/** A request from below goes up even if its address lies in a window of the port itself. */
export function forwardsUpstream(port: PciFunction): boolean {
  return isSet(port, 'PCI_ACS_CTRL', PCI_ACS_UF)
}

export function blocksTranslated(port: PciFunction): boolean {
  return isSet(port, 'PCI_ACS_CTRL', PCI_ACS_TB)
}

export function validatesSource(port: PciFunction): boolean {
  return isSet(port, 'PCI_ACS_CTRL', PCI_ACS_SV)
}

export function hasAcs(port: PciFunction): boolean {
  return hasRegister(port, 'PCI_ACS_CTRL')
}
