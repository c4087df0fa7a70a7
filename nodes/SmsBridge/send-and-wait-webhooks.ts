import type { IWebhookDescription } from 'n8n-workflow';

/** Where an execution that waits takes the answer. n8n checks the signature of the address before the node sees it. */
export const sendAndWaitWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    responseMode: 'onReceived',
    responseData: '',
    path: '={{ $nodeId }}',
    restartWebhook: true,
    isFullPath: true,
  },
];
