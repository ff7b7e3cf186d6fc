/** Comments in the voice of kernel code, each labelled by hand. None is taken from a tree or a mail. */

export type Label = 'given' | 'vacuous'

export interface Labelled {
  readonly feature: string
  readonly label: Label
  readonly says: string
}

const given = (feature: string, says: string): Labelled => ({ feature, label: 'given', says })
const vacuous = (feature: string, says: string): Labelled => ({ feature, label: 'vacuous', says })

/** They say what would break, or why the cold boot flow cannot be used. */
export const GOOD: readonly Labelled[] = [
  given('bus-master', 'Clearing bus master here would stop DMA of a device that the VM is still using.'),
  given(
    'bus-master',
    'The device keeps doing DMA across the kexec. Leave bus mastering on, or its requests are dropped.',
  ),
  given('bus-master', 'An upstream bridge with bus mastering off no longer forwards requests from below.'),
  given('bus-master', 'Memory transactions of everything below this port stop once PCI_COMMAND_MASTER is cleared.'),
  given(
    'bar',
    'We cannot use the cold boot flow to size BARs, because sizing writes all-ones and that breaks P2P DMA.',
  ),
  given('bar', 'Sizing a BAR moves it away for a moment; peer-to-peer traffic that hits it meanwhile is lost.'),
  given('bar', 'A peer may be writing to this BAR right now. Sizing would make its requests abort.'),
  given('bridge-window', 'Changing the window would misroute P2P transactions that are in flight.'),
  given(
    'bridge-window',
    'The windows cannot be reassigned as on a cold boot: peer requests would be rejected by the bridge.',
  ),
  given('bridge-window', 'Closing the window even briefly cuts MMIO of the peers below.'),
  given('bus-number', 'Completions are routed by bus number, so renumbering would misroute those in flight.'),
  given(
    'bus-number',
    'The requester ID contains the bus number and the IOMMU looks it up: a new number makes DMA fault.',
  ),
  given(
    'bus-number',
    'Do not assign new bus numbers. The device has requests outstanding and their completions would be lost.',
  ),
  given(
    'bus-number',
    'A cold boot may reassign the subordinate range, which breaks routing to preserved devices below.',
  ),
  given('acs', 'Changing ACS now would alter routing while transactions are in flight.'),
  given('acs', 'ACS settings decide the IOMMU groups. If they changed, a group that is in use by a VM could be split.'),
  given('acs', 'Enabling redirection on a live port would re-route P2P requests that are outstanding.'),
  given('ari', 'ARI forwarding must match what the old kernel chose, or functions above 7 become unreachable.'),
  given('ari', 'With ARI turned off the VFs above function 7 disappear from config space.'),
  given('ats', 'Disabling ATS while the device holds translations breaks its translated requests.'),
  given('ats', 'The STU must not change while ATS is on: cached translations would be wrong.'),
  given('pasid', 'Requests with PASID are in flight; turning PASID off makes the IOMMU fault them.'),
  given(
    'pri',
    'Page requests are outstanding. Resetting PRI loses them and the device hangs waiting for the response.',
  ),
  given('sriov', 'Clearing VFE takes the VFs away from the guests that own them.'),
  given('sriov', 'NumVFs is undefined to write while VF Enable is set, and the VFs are in use.'),
  given('sriov', 'sriov_init() would clear VF Enable as on a cold boot, and all VF DMA would stop.'),
  given('power', 'Going through D3hot would reset the function and stop its DMA.'),
  given('power', 'The device is in D0 and doing DMA; a power transition would lose its internal state.'),
  given(
    'reset',
    'A secondary bus reset would kill every device below, the preserved one among them, with DMA running.',
  ),
  given('reset', 'No FLR here: it would abort the outstanding requests of the guest.'),
  given('mps', 'Both ends of the link must agree on MPS while TLPs are in flight, otherwise they are malformed.'),
  given('link', 'Retraining the link stalls traffic, and what is in flight may be lost.'),
  given('link', 'The common clock setup retrains the link as on a cold boot, and ongoing DMA would stall.'),
  given('decode', 'Turning memory decode off makes peer-to-peer requests to the BAR abort.'),
  given('decode', 'BAR sizing disables decoding while it runs, which breaks MMIO from peers.'),
  given('vga', 'Moving VGA decoding to another bridge cuts MMIO of the running guest.'),
  given('bridge-control', 'Bus Reset in Bridge Control would reset all devices below while they do DMA.'),
  given('tags', 'Changing the tag width with requests outstanding breaks the matching of completions.'),
  given(
    'mrrs',
    'The read request size is kept as it is: the device has reads outstanding with the old size, and some parts stall if it changes.',
  ),
  given(
    'dpc',
    'If DPC is triggered by an error logged earlier, the port contains all traffic below it and DMA is lost.',
  ),
  given('aer', 'Unmasking a fatal error that is already logged would reset the link under running DMA.'),
  given('intx', 'Setting INTx Disable would lose a pending interrupt of the guest.'),
  given('completion-timeout', 'A shorter completion timeout would abort reads that are outstanding.'),
  given(
    'ltr',
    'Changing LTR on one end lets the link enter a deeper state and delays DMA in flight beyond what the device tolerates; it drops packets.',
  ),
  given('pme', 'Clearing PME status here would lose a wake-up that the device has signalled to the old kernel.'),
  given('msix', 'Rewriting a vector while it is enabled and unmasked gives a torn message, which corrupts memory.'),
  given('rom', 'Sizing the ROM BAR toggles decode, and MMIO to the device is lost meanwhile.'),
  given('rebar', 'Resizing needs memory decode off; P2P requests to the BAR would fail while it is.'),
  given('bus-master', "Don't clear the bit: ongoing DMA would be cut off and the VM's disk I/O lost."),
  given(
    'acs',
    'Adopt what the hardware has. The cold boot flow would rewrite ACS Control, and that would change the routing of transactions in flight.',
  ),
]

/** They say what is done, or nothing. */
export const VACUOUS: readonly Labelled[] = [
  vacuous('bus-master', 'Skip for liveupdate.'),
  vacuous('bus-master', 'Do not touch preserved devices.'),
  vacuous('bar', 'Avoid write to liveupdate devices.'),
  vacuous('bus-master', 'Live update: leave the device alone.'),
  vacuous('acs', 'Preserve ACS across live update.'),
  vacuous('ari', 'ARI is already configured.'),
  vacuous('ats', 'Check for live update.'),
  vacuous('sriov', 'No need to write this for adopted devices.'),
  vacuous('power', 'Liveupdate devices skip this.'),
  vacuous('bus-number', 'Verify bus number here'),
  vacuous('mps', 'Nothing to do for a preserved device.'),
  vacuous('bar', 'The device was initialized by the previous kernel.'),
  vacuous('bridge-window', 'The bridge is preserved.'),
  vacuous('bridge-window', 'Bridge windows are restored from the saved state.'),
  vacuous('bus-number', 'Bus numbers must not change.'),
  vacuous('msix', 'MSI-X was set up by the old kernel already.'),
  vacuous('acs', 'PCI_ACS_CTRL is kept.'),
  vacuous('reset', 'We should not reset here.'),
  vacuous('power', 'Do not power up.'),
  vacuous('bus-master', 'FIXME: explain why'),
  vacuous('bus-master', 'TODO: clearing bus master might stop DMA, need to check.'),
  vacuous('bar', 'Not sure whether sizing breaks anything here.'),
  vacuous('decode', 'See the cover letter.'),
  vacuous('decode', 'Disable decode.'),
  vacuous('link', 'Configure common clock before checking latencies'),
  vacuous('aer', 'Enable error reporting'),
  vacuous('tags', 'Extended tags are on.'),
  vacuous('ats', 'Only for non preserved devices.'),
  vacuous('status', 'Clear errors'),
  vacuous('intx', 'liveupdate'),
  vacuous('intx', 'Return early if this device is handed over.'),
  vacuous('pme', 'PME is not needed during live update.'),
  vacuous('mrrs', 'Same as above.'),
  vacuous('bar', 'Hack to get live update working.'),
  vacuous('sriov', 'The PF driver takes care of it.'),
]

/** Near the line: words of a reason without one, reasons for something else, reasons in few words. */
export const BORDERLINE: readonly Labelled[] = [
  given('bus-master', 'DMA is ongoing, keep bus mastering enabled.'),
  given('bus-master', 'would stop DMA'),
  given('bar', 'Sizing would break ongoing P2P.'),
  given('acs', 'In-flight transactions would be routed differently.'),
  given('bus-number', 'Keep the bus numbers, otherwise the IOMMU sees another requester ID.'),
  given('sriov', 'VFs are in use by VMs, and disabling VFE would remove them; keep it set so that VF DMA continues.'),
  vacuous('bus-master', 'This does not break DMA.'),
  vacuous('ari', 'Changing ACS would reroute transactions in flight.'),
  vacuous('cacheline', 'Clearing bus master would stop DMA.'),
  vacuous('bus-master', 'Bus mastering is a requirement of the live update.'),
  vacuous('bar', 'Because of live update we cannot use the cold boot flow.'),
  vacuous('power', 'It would break.'),
  vacuous('acs', 'Live update would fail otherwise.'),
  vacuous('ats', 'ATS is owned by the IOMMU driver.'),
  vacuous('decode', 'No printks while decoding is disabled!'),
  vacuous(
    'bus-number',
    'Temporarily disable forwarding of the configuration cycles on all bridges in this bus segment.',
  ),
  vacuous('power', 'Mandatory transition delays.'),
  vacuous('link', 'Training failed. Restore the common clock configuration.'),
  vacuous('bar', 'I do not know how all bits can be set, copied from old code.'),
  vacuous('bus-master', 'Set the bit if the driver asked for it, clear it otherwise.'),
  vacuous('mps', 'Fail if the value is wrong.'),
  vacuous('msi', 'Mask all vectors to prevent interrupts from coming in before they are set up.'),
]

export const ALL: readonly Labelled[] = [...GOOD, ...VACUOUS, ...BORDERLINE]
