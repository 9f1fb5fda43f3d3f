/** esbuild gathers style sheets into one. */
declare module "*.css";
