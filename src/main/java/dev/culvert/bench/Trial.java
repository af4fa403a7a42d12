package dev.culvert.bench;

import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.SwitchKind;

/**
 * One arm's figures in one round; NaN for what could not be measured.
 *
 * @param encapsulation the tunnel
 * @param arm the switch
 * @param round which round, from 0
 * @param tcpGigabits TCP payload received, in 10⁹ bits a second
 * @param cpuSecondsPerGigabyte CPU time that the whole machine spent meanwhile, for each 10⁹ bytes of that payload
 * @param udpRate small datagrams received, a second
 * @param rttMedianMicros median round trip in microseconds
 * @param rttTailMicros 99th percentile of the round trips in microseconds
 * @param otherLoad share of the machine that was busy just before, with nothing to do for the bench
 */
public record Trial(
        Encapsulation encapsulation,
        SwitchKind arm,
        int round,
        double tcpGigabits,
        double cpuSecondsPerGigabyte,
        double udpRate,
        double rttMedianMicros,
        double rttTailMicros,
        double otherLoad) {}
