package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Finds a queue design by its name, or by the name of its class. */
final class QueueName implements ITypeConverter<QueueDesign> {

  @Override
  public QueueDesign convert(String name) {
    try {
      return QueueDesigns.find(name);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
