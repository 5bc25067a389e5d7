// How an action repeats: folds away the parts that do not go with what is chosen. js/said.js says what it comes to.
for (const field of document.querySelectorAll("[data-repeats]")) {
  const every = field.querySelector("select[name$=_every]");
  const ends = field.querySelector("select[name$=_ends]");

  const fold = () => {
    for (const part of field.querySelectorAll("[data-repeats-every]")) {
      const { repeatsEvery, repeatsEnds } = part.dataset;
      const fits = repeatsEvery.split(" ").includes(every.value) && (!repeatsEnds || repeatsEnds === ends.value);
      part.hidden = !fits;
      // What is not seen is not sent.
      for (const input of part.querySelectorAll("input, select")) input.disabled = !fits;
    }
  };

  for (const plain of field.querySelectorAll("[data-repeats-plain]")) plain.hidden = true;
  fold();
  for (const event of ["input", "change"]) field.addEventListener(event, fold);
}
