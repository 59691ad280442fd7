package io.github.dirtyrange.report.export;

/** What mappings are called in files. */
final class MappingNames {

  private MappingNames() {}

  /** {@return a name that is not empty} Of memory that is gone again nobody knows one. */
  static String shown(String mapping) {
    return mapping.isEmpty() ? "[unknown]" : mapping;
  }
}
