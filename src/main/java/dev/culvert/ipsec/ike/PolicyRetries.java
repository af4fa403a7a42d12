package dev.culvert.ipsec.ike;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When a CHILD_SA may be tried again, for policies that have none. */
final class PolicyRetries {
    private final Map<String, Retry> retries = new HashMap<>();

    long at(ChildPolicy policy) {
        Retry retry = retries.get(policy.name());
        return retry == null ? 0 : retry.at();
    }

    Retry of(ChildPolicy policy) {
        return retries.computeIfAbsent(policy.name(), _ -> new Retry());
    }

    void made(ChildPolicy policy) {
        retries.remove(policy.name());
    }

    void keepOnly(List<ChildPolicy> policies) {
        retries.keySet()
                .removeIf(name ->
                        policies.stream().noneMatch(policy -> policy.name().equals(name)));
    }
}
