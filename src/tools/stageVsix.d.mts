export declare const checkout: string
export declare function stageVsix(folder: string): Promise<void>
