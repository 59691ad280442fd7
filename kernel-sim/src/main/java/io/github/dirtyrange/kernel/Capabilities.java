package io.github.dirtyrange.kernel;

import java.util.List;

/** What a kernel gives this process: one {@link Capability} for each thing that was probed. */
public record Capabilities(List<Capability> all) {

  /** Copies the list. */
  public Capabilities {
    all = List.copyOf(all);
  }

  /** {@return whether the named capability was probed and works} */
  public boolean has(String name) {
    return all.stream().anyMatch(c -> c.name().equals(name) && c.available());
  }

  /** {@return what is known of the named capability; unavailable if it was not probed} */
  public Capability get(String name) {
    return all.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseGet(() -> new Capability(name, false, "not probed on this kernel"));
  }
}
