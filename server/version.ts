/** The product's version, as package.json has it: the relay that was built has no package.json beside it. */
export const VERSION = '0.1.0';
