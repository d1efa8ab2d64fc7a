import { networkContract } from '#test/contract/network.contract.ts';
import { RealNetwork } from './network/network-lab.ts';

networkContract('in namespaces, with nft and iptables', () => RealNetwork.open());
