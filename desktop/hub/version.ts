import rootPackage from '../../package.json' with { type: 'json' };

export const fynloVersion: string = rootPackage.version;
