/** The panel's HTML shell, the same for the extension host and for the browser test. */

export interface PanelShell {
  /** `webview.cspSource`: where styles may come from. */
  readonly cspSource: string
  /** Fresh and unguessable for every load. */
  readonly nonce: string
  readonly scriptUri: string
  readonly styleUri: string
}

/** Nothing may load but the one script with the nonce and the panel's own style sheet: no inline style, image or fetch. */
export function panelHtml({ cspSource, nonce, scriptUri, styleUri }: PanelShell): string {
  const csp = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource};`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Live Update Review: the device</title>
<link rel="stylesheet" href="${attribute(styleUri)}">
</head>
<body>
<main id="panel"></main>
<script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
</body>
</html>
`
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
