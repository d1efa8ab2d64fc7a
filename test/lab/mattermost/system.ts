import { ok } from './http.ts';
import type { Route } from './http.ts';
import type { Lab } from './lab.ts';
import { publicKeyForClients } from './trigger.ts';
import { VERSION } from './version.ts';

/** What anybody may ask the server about itself. */
export function systemRoutes(lab: Lab): Route[] {
  const config = {
    AsymmetricSigningPublicKey: publicKeyForClients(lab.world.keys),
    BuildEnterpriseReady: 'false',
    BuildNumber: 'local',
    DefaultClientLocale: lab.world.locale,
    EnableBotAccountCreation: 'true',
    EnableCommands: 'true',
    EnablePostUsernameOverride: 'true',
    EnableUserAccessTokens: 'false',
    MaxPostSize: '16383',
    SiteName: 'Mattermost',
    SiteURL: lab.siteUrl,
    Version: VERSION,
  };
  return [
    { method: 'GET', pattern: '/api/v4/config/client', open: true, handle: () => ok(config) },
    {
      method: 'GET',
      pattern: '/api/v4/system/ping',
      open: true,
      handle: () =>
        ok({
          ActiveSearchBackend: 'database',
          AndroidLatestVersion: '',
          AndroidMinVersion: '',
          IosLatestVersion: '',
          IosMinVersion: '',
          status: 'OK',
        }),
    },
    { method: 'GET', pattern: '/api/v4/license/client', open: true, handle: () => ok({ IsLicensed: 'false' }) },
  ];
}
