package io.github.dirtyrange.kernel.sim.machine;

/** What a {@link Quirk} does to whoever tracks changes. */
public enum Effect {

  /** A change is not reported. */
  LOSES("loses"),

  /** Pages read changed that nothing has written. */
  REPORTS_TOO_MUCH("reports too much"),

  /** A call fails, and so tells whoever asks that it cannot be had. */
  REFUSES("refuses"),

  /** Other mappings, tables, bits or errors; every change is reported, and no other. */
  SHOWS_OTHERWISE("shows otherwise");

  private final String label;

  Effect(String label) {
    this.label = label;
  }

  /** {@return the words for it in tables} */
  public String label() {
    return label;
  }
}
