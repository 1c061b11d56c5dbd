module seatrial.invalid/nodeimage/skipper

go 1.26.0

require github.com/zalando/skipper v0.22.0
