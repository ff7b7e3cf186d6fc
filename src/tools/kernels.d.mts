export const kernelsFolder: string
export const kernelNames: readonly string[]
export function provideKernels(): void
