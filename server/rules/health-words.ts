/**
 * English words for conditions, tests and treatments that tell something about a person by themselves, as parts of a
 * regular expression. Chosen by hand on 2026-11-20 after the conditions that 42 CFR Part 2 and the privacy laws of
 * several states protect most, then the most frequent chapters of ICD-10-CM. Not here: `appointment`, `doctor`,
 * `clinic`, `prescription`, without which no practice could text at all.
 */
export const HEALTH_WORDS: readonly string[] = [
  'HIV|hepatitis|syphilis|gonorrh?oea|chlamydia|herpes|STI|STD|tuberculosis|addiction|substance use',
  'substance abuse|methadone|buprenorphine|suboxone|alcoholism|detox|depression|bipolar|schizophrenia',
  'psychosis|anxiety disorder|PTSD|ADHD|autism|psychiatr\\w+|suicid\\w+|self-harm|eating disorder',
  'dementia|alzheimer\\w*|epilepsy|seizures?|stroke|pregnan\\w+|abortion|miscarriage',
  'fertility treatment|IVF|contracepti\\w+|mammogram|pap smear|cancer|oncolog\\w+|chemotherapy',
  'radiotherapy|tumou?r|leuk(?:a)?emia|lymphoma|biopsy|diabet\\w+|insulin|HbA1c|A1C|hypertension',
  'heart failure|dialysis|transplant|asthma|COPD|diagnos\\w+|prognosis',
  'test results?|lab results?',
].flatMap((line) => line.split('|'));
