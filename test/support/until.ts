/** Asks again until `found` answers something that is not undefined, null or false. Only the test's timeout ends it. */
export async function until<Found>(
  found: () => Promise<Found> | Found,
): Promise<Exclude<Found, false | null | undefined>> {
  for (;;) {
    const result = await found();
    if (isFound(result)) return result;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isFound<Found>(result: Found): result is Exclude<Found, false | null | undefined> {
  return result !== undefined && result !== null && result !== false;
}
