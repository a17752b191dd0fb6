/* Runs before the first paint: sets light or dark. */
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function apply() {
    const choice = stored("theme");
    const isDark = choice === "dark" || (choice !== "light" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
  }

  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("legist:appearance", apply);
})();
