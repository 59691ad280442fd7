package io.github.dirtyrange.kernel.sim.queue;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds queue designs: those registered as services, and any by the name of its class. */
public final class QueueDesigns {

  private QueueDesigns() {}

  /** {@return the designs that are registered as services, those shipped first} */
  public static List<QueueDesign> registered() {
    return ServiceLoader.load(QueueDesign.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  /**
   * {@return the registered design of that name, or else a new object of the class of that name}
   *
   * @throws IllegalArgumentException if there is neither; says in one line what there is
   */
  public static QueueDesign find(String name) {
    List<QueueDesign> registered = registered();
    for (QueueDesign design : registered) {
      if (design.name().equals(name)) {
        return design;
      }
    }
    try {
      return ofClass(name);
    } catch (ClassNotFoundException e) {
      String known = registered.stream().map(QueueDesign::name).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "'" + name + "' is not a queue design; there are " + known + ", or give a class's name",
          e);
    }
  }

  private static QueueDesign ofClass(String name) throws ClassNotFoundException {
    try {
      Class<?> found = Class.forName(name, true, Thread.currentThread().getContextClassLoader());
      return found.asSubclass(QueueDesign.class).getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw e;
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(name + " does not implement QueueDesign", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          name + " cannot be made by a public constructor without parameters", e);
    }
  }
}
