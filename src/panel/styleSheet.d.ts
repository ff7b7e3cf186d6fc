/** esbuild takes the import as the panel's second output, `main.css`. */
declare module '*.css'
