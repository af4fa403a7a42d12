/**
 * The log, as Open vSwitch writes it and as {@code ovs-appctl vlog/*} steers it: behind {@link java.lang.System.Logger},
 * so that no other room knows of it. A logger's name is Open vSwitch's module name, {@code bridge} for example.
 */
@NullMarked
package dev.culvert.vlog;

import org.jspecify.annotations.NullMarked;
