package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.ModelStore;
import io.github.dirtyrange.store.ModelStore.Told;
import io.github.dirtyrange.store.Plan;
import java.util.List;

/** The generations of a plan, page by page, as they were told. */
record ModelPages(List<Plan> plans, List<Told> told) {

  /** {@return whether a page is mapped in a generation} */
  boolean has(int generation, long vpn) {
    return told.get(generation).pages().containsKey(vpn);
  }

  private int page(int generation, long vpn) {
    return told.get(generation).pages().getOrDefault(vpn, -1);
  }

  /** {@return whether its bytes were told, by whatever generation} */
  boolean hasBytes(int generation, long vpn) {
    return has(generation, vpn) && page(generation, vpn) <= Plan.ZERO;
  }

  boolean isNothing(int generation, long vpn) {
    return page(generation, vpn) == Plan.NOTHING;
  }

  byte[] bytes(int generation, long vpn) {
    int page = page(generation, vpn);
    return ModelStore.content(page == Plan.ZERO ? 0 : page);
  }

  /** {@return which generation told what a page is, if it was told as unchanged since} */
  int owner(int generation, long vpn) {
    Plan plan = plans.get(generation);
    if (plan.parent() < 0 || generation == 0) {
      return generation;
    }
    int parent = plan.parent() % generation;
    boolean unchanged = planned(generation, vpn) >= Plan.UNCHANGED && has(parent, vpn);
    return unchanged ? owner(parent, vpn) : generation;
  }

  private int planned(int generation, long vpn) {
    Plan plan = plans.get(generation);
    int at = 0;
    for (SavedMapping mapping : plan.mappings()) {
      if (vpn >= mapping.startVpn() && vpn < mapping.endVpn()) {
        return plan.pages().get((int) (at + vpn - mapping.startVpn()));
      }
      at += (int) (mapping.endVpn() - mapping.startVpn());
    }
    throw new IllegalArgumentException("page " + vpn);
  }
}
