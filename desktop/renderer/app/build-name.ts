/** What this screen calls itself to the hub. */
export const buildName = 'fynlo-screens 0.1.0';
