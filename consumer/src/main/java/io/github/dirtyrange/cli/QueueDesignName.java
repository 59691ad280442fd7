package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Checks that there is a queue design of that name, or a class of that name which is one. */
final class QueueDesignName implements ITypeConverter<String> {

  @Override
  public String convert(String name) {
    try {
      QueueDesigns.find(name);
      return name;
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
