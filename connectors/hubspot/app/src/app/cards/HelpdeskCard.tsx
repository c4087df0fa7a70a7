import { hubspot } from '@hubspot/ui-extensions';
import { Conversation } from './Conversation.tsx';

hubspot.extend<'helpdesk.sidebar'>(({ context }) => <Conversation context={context} />);
