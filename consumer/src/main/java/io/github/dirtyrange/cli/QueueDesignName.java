package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Checks that there is a queue design of that name, or a class of that name which is one. */
final class QueueDesignName implements ITypeConverter<String> {

  /** The names of the designs that are registered, for help texts. */
  static final class Registered implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return QueueDesigns.registered().stream().map(QueueDesign::name).iterator();
    }
  }

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
