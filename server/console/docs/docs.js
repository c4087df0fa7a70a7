/* Draws the reference from this server's own document. Keys that are typed in stay in this page's memory. */

const draw = globalThis.SwaggerUIBundle;

show().catch(() => {
  const fault = document.getElementById('fault');
  fault.textContent = 'The reference could not be loaded. Reload the page; /openapi.json has the same content.';
  fault.hidden = false;
});

async function show() {
  const answer = await fetch('/openapi.json');
  if (!answer.ok) throw new Error(`/openapi.json answers ${answer.status}`);
  const spec = await answer.json();
  draw({
    // What is tried out goes to where the page is from, whatever name the server has for others.
    spec: { ...spec, servers: [{ url: location.origin }] },
    dom_id: '#reference',
    deepLinking: true,
    filter: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: -1,
    displayOperationId: true,
    // Otherwise the document would be sent to somebody else for a badge.
    validatorUrl: null,
    persistAuthorization: false,
    requestSnippetsEnabled: true,
  });
}
