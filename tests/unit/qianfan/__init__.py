"""Tests of the Qianfan adapter."""
