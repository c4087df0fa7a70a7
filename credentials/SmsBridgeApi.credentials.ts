import type {
  IAuthenticateGeneric,
  IAuthenticateRuleResponseSuccessBody,
  Icon,
  ICredentialTestRequest,
  ICredentialType,
  INodeProperties,
} from 'n8n-workflow';

export class SmsBridgeApi implements ICredentialType {
  name = 'smsBridgeApi';

  displayName = 'SMS Bridge API';

  icon: Icon = {
    light: 'file:../nodes/SmsBridge/smsbridge.svg',
    dark: 'file:../nodes/SmsBridge/smsbridge.dark.svg',
  };

  documentationUrl = 'https://github.com/smsbridge/n8n-nodes-smsbridge#n8n';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. https://sms.example.com',
      description: 'Where your SMS Bridge server answers. Use https unless it runs on the same machine as n8n.',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      placeholder: 'e.g. sk_test_…',
      description: 'A key that begins with sk_test_ reaches only the simulated phones, one with sk_live_ real ones',
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey.trim()}}' } },
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/\\/v1$/, "")}}',
      url: '/v1/me',
      disableFollowRedirect: true,
      ignoreHttpStatusErrors: true,
    },
    rules: [
      told('code', 'AUTH_FAILED', 'The API key is not accepted. Is it the whole key, and of this server?'),
      told('code', 'FORBIDDEN', 'The API key may not be used from here.'),
      // Web pages answer 200, too.
      told('object', undefined, 'What answers there is not SMS Bridge. The Base URL is the address without a path.'),
    ],
  };
}

/** What n8n shows when a field of the answer has this value. */
function told(key: string, value: string | undefined, message: string): IAuthenticateRuleResponseSuccessBody {
  return { type: 'responseSuccessBody', properties: { key, value, message } };
}
