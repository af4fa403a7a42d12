package dev.culvert.openflow.service;

/**
 * What OpenFlow does for a bridge.
 *
 * @param sessions conversations that have agreed on a version, with tools and with controllers
 * @param received messages from all peers since the bridge is there
 * @param sent messages to them
 * @param errors those of them that said that a request was refused
 */
public record OpenFlowStatistics(int sessions, long received, long sent, long errors) {}
