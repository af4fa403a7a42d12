package dev.culvert.observe.dissect;

import java.util.List;

/**
 * A packet as nested layers.
 *
 * @param layers from the outside in
 */
public record Dissection(List<Layer> layers) {
    /** Copies the list. */
    public Dissection {
        layers = List.copyOf(layers);
    }

    /** The protocols from the outside in, as {@code eth / ip / udp}. */
    public String protocols() {
        return String.join(" / ", layers.stream().map(Layer::protocol).toList());
    }
}
