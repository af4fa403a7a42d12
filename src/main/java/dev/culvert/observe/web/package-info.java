/**
 * A page that shows running switches as they are at this moment, for {@code --web} and for the lab: {@link
 * dev.culvert.observe.web.WebPage} serves it, its scripts ask for JSON ({@code /api/...}), and what that is answered with comes from
 * control commands of each switch, so that it makes no difference whether a switch is in this process or behind a control socket.
 *
 * <p>It changes nothing, it asks for nothing from elsewhere, and its files are sent as they lie beside this package: there is no step
 * that builds them.
 */
@NullMarked
package dev.culvert.observe.web;

import org.jspecify.annotations.NullMarked;
