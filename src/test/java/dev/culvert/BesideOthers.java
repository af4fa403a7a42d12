package dev.culvert;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests that wait for timers and for other programs most of the time: these classes run one after the other in a lane of their own,
 * beside all others. They have namespaces and folders of their own as every integration test has, and give every step more time
 * than a busy machine needs. Those that measure, or that want the whole machine, are {@link
 * org.junit.jupiter.api.parallel.Isolated}: they come at the end, alone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the lane of those that wait")
public @interface BesideOthers {}
